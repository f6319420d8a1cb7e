import type { RequestContext as GroupRequestContext } from '../coordinator/group/request-context.ts'
import type { RequestContext } from './handler.ts'

/** Who sent a request, as the group coordinator shows members; Kafka puts a slash before the address. */
export function groupRequest({ clientId, remoteAddress, apiVersion }: RequestContext): GroupRequestContext {
  return { clientId: clientId ?? '', clientHost: `/${remoteAddress}`, apiVersion }
}
