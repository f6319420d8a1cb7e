/**
 * ApiVersions 0-5. 1 adds the throttle time, 3 is flexible and names the client (KIP-511) and the features
 * (KIP-584), 4 allows features from level 0, 5 checks that the client meant this cluster and node (KIP-1242).
 * The response header stays version 0 throughout: the client cannot know better yet.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const apiVersionsRequest = {
  name: 'ApiVersionsRequest',
  versions: [0, 5],
  flexibleFrom: 3,
  fields: {
    clientSoftwareName: { type: 'string', versions: '3+', ignorable: true },
    clientSoftwareVersion: { type: 'string', versions: '3+', ignorable: true },
    clusterId: { type: 'string', versions: '5+', nullable: true, default: null, ignorable: true },
    nodeId: { type: 'int32', versions: '5+', default: -1, ignorable: true },
  },
} as const satisfies MessageTable

export type ApiVersionsRequest = MessageOf<typeof apiVersionsRequest>

export const apiVersionsResponse = {
  name: 'ApiVersionsResponse',
  versions: [0, 5],
  flexibleFrom: 3,
  fields: {
    errorCode: { type: 'int16' },
    apiKeys: {
      type: '[]struct',
      fields: {
        apiKey: { type: 'int16' },
        minVersion: { type: 'int16' },
        maxVersion: { type: 'int16' },
      },
    },
    throttleTimeMs: { type: 'int32', versions: '1+', default: 0, ignorable: true },
    supportedFeatures: {
      type: '[]struct',
      versions: '3+',
      tag: 0,
      ignorable: true,
      fields: {
        name: { type: 'string' },
        minVersion: { type: 'int16' },
        maxVersion: { type: 'int16' },
      },
    },
    finalizedFeaturesEpoch: { type: 'int64', versions: '3+', default: -1, tag: 1, ignorable: true },
    finalizedFeatures: {
      type: '[]struct',
      versions: '3+',
      tag: 2,
      ignorable: true,
      fields: {
        name: { type: 'string' },
        maxVersionLevel: { type: 'int16' },
        minVersionLevel: { type: 'int16' },
      },
    },
    zkMigrationReady: { type: 'bool', versions: '3+', default: false, tag: 3, ignorable: true },
  },
} as const satisfies MessageTable

export type ApiVersionsResponse = MessageOf<typeof apiVersionsResponse>
