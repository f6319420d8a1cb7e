/** GetTelemetrySubscriptions 0 (KIP-714). */
import { errorCode } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import type { GetTelemetrySubscriptionsResponse } from '../../protocol/messages/71-get-telemetry-subscriptions.ts'
import { ACCEPTED_COMPRESSION, TELEMETRY_MAX_BYTES } from '../client-telemetry/client-telemetry.ts'
import type { ClientAttributes } from '../client-telemetry/subscriptions.ts'
import { defineHandler, type RequestContext } from '../handler.ts'

export const getTelemetrySubscriptionsHandler = defineHandler<'GetTelemetrySubscriptions'>({
  api: 'GetTelemetrySubscriptions',
  handle({ clientInstanceId: asked }, context) {
    const { clientInstanceId, subscription } = context.broker.clientTelemetry.subscribe(
      clientAttributes(context, asked),
    )
    return {
      ...nothing(errorCode('NONE')),
      clientInstanceId,
      subscriptionId: subscription.id,
      acceptedCompressionTypes: [...ACCEPTED_COMPRESSION],
      pushIntervalMs: subscription.pushIntervalMs,
      telemetryMaxBytes: TELEMETRY_MAX_BYTES,
      deltaTemporality: true,
      requestedMetrics: [...subscription.metrics],
    }
  },
  failed: (code) => nothing(code),
})

export function clientAttributes(
  { clientId, client, remoteAddress }: RequestContext,
  clientInstanceId: string,
): ClientAttributes {
  return {
    client_instance_id: clientInstanceId,
    client_id: clientId ?? '',
    client_software_name: client.name,
    client_software_version: client.version,
    client_source_address: remoteAddress,
    client_source_port: '',
  }
}

function nothing(code: number): GetTelemetrySubscriptionsResponse {
  return {
    throttleTimeMs: 0,
    errorCode: code,
    clientInstanceId: ZERO_UUID,
    subscriptionId: 0,
    acceptedCompressionTypes: [],
    pushIntervalMs: 0,
    telemetryMaxBytes: 0,
    deltaTemporality: false,
    requestedMetrics: [],
  }
}
