/**
 * UpdateFeatures 0-2 (KIP-584). 1 can validate only and names the kind of upgrade (KIP-778), 2 no longer
 * answers feature by feature.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const updateFeaturesRequest = {
  name: 'UpdateFeaturesRequest',
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    timeoutMs: { type: 'int32', default: 60000 },
    featureUpdates: {
      type: '[]struct',
      fields: {
        feature: { type: 'string' },
        maxVersionLevel: { type: 'int16' },
        allowDowngrade: { type: 'bool', versions: '0' },
        upgradeType: { type: 'int8', versions: '1+', default: 1 },
      },
    },
    validateOnly: { type: 'bool', versions: '1+', default: false },
  },
} as const satisfies MessageTable

export type UpdateFeaturesRequest = MessageOf<typeof updateFeaturesRequest>

export const updateFeaturesResponse = {
  name: 'UpdateFeaturesResponse',
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
    results: {
      type: '[]struct',
      versions: '0-1',
      ignorable: true,
      fields: {
        feature: { type: 'string' },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
      },
    },
  },
} as const satisfies MessageTable

export type UpdateFeaturesResponse = MessageOf<typeof updateFeaturesResponse>
