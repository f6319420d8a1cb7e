/** Heartbeat 0-4. 3 has static members (KIP-345). */
import { defineHandler } from '../handler.ts'

export const heartbeatHandler = defineHandler<'Heartbeat'>({
  api: 'Heartbeat',
  handle: (request, { broker }) => broker.groups.heartbeat(request),
  failed: (code) => ({ throttleTimeMs: 0, errorCode: code }),
})
