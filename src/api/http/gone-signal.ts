import type { FastifyReply } from 'fastify'

/** Aborted when the answer was sent or its caller has gone. (A request's own `close` also comes when just its body has been read.) */
export function goneSignal(response: FastifyReply['raw']): AbortSignal {
  const controller = new AbortController()
  if (response.destroyed || response.writableFinished) controller.abort()
  else response.once('close', () => controller.abort())
  return controller.signal
}
