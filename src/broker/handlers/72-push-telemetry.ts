/** PushTelemetry 0 (KIP-714). What clients push is shown under /metrics. */
import { errorCode } from '../../protocol/errors.ts'
import { defineHandler } from '../handler.ts'
import { clientAttributes } from './71-get-telemetry-subscriptions.ts'

export const pushTelemetryHandler = defineHandler<'PushTelemetry'>({
  api: 'PushTelemetry',
  handle(request, context) {
    context.broker.clientTelemetry.push(request, clientAttributes(context, request.clientInstanceId))
    return { throttleTimeMs: 0, errorCode: errorCode('NONE') }
  },
  failed: (code) => ({ throttleTimeMs: 0, errorCode: code }),
})
