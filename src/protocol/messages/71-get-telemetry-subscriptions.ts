/** GetTelemetrySubscriptions 0 (KIP-714). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const getTelemetrySubscriptionsRequest = {
  name: 'GetTelemetrySubscriptionsRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    clientInstanceId: { type: 'uuid' },
  },
} as const satisfies MessageTable

export type GetTelemetrySubscriptionsRequest = MessageOf<typeof getTelemetrySubscriptionsRequest>

export const getTelemetrySubscriptionsResponse = {
  name: 'GetTelemetrySubscriptionsResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    clientInstanceId: { type: 'uuid' },
    subscriptionId: { type: 'int32' },
    acceptedCompressionTypes: { type: '[]int8' },
    pushIntervalMs: { type: 'int32' },
    telemetryMaxBytes: { type: 'int32' },
    deltaTemporality: { type: 'bool' },
    requestedMetrics: { type: '[]string' },
  },
} as const satisfies MessageTable

export type GetTelemetrySubscriptionsResponse = MessageOf<typeof getTelemetrySubscriptionsResponse>
