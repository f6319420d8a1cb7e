/** PushTelemetry 0 (KIP-714). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const pushTelemetryRequest = {
  name: 'PushTelemetryRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    clientInstanceId: { type: 'uuid' },
    subscriptionId: { type: 'int32' },
    terminating: { type: 'bool' },
    compressionType: { type: 'int8' },
    metrics: { type: 'bytes' },
  },
} as const satisfies MessageTable

export type PushTelemetryRequest = MessageOf<typeof pushTelemetryRequest>

export const pushTelemetryResponse = {
  name: 'PushTelemetryResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
  },
} as const satisfies MessageTable

export type PushTelemetryResponse = MessageOf<typeof pushTelemetryResponse>
