import { apis } from '../protocol/apis.ts'
import type { ApiName } from '../protocol/api-keys.ts'
import type { answeredLater, Handler, RequestContext } from './handler.ts'
import { produceHandler } from './handlers/00-produce.ts'
import { fetchHandler } from './handlers/01-fetch.ts'
import { listOffsetsHandler } from './handlers/02-list-offsets.ts'
import { metadataHandler } from './handlers/03-metadata.ts'
import { apiVersionsHandler } from './handlers/18-api-versions.ts'

/** A handler whose API is known only at run time; the codec made sure that the request fits. */
export interface AnyHandler {
  readonly api: ApiName
  readonly pipelined?: boolean
  handle(request: object, context: RequestContext): object | null | Promise<object | null> | typeof answeredLater
  failed(code: number, message: string, request: object, context: RequestContext): object | null
}

function erase<N extends ApiName>(handler: Handler<N>): AnyHandler {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The table is indexed by the very API that decoded the request.
  return handler as unknown as AnyHandler
}

const byKey: (AnyHandler | undefined)[] = []

for (const handler of [
  erase(produceHandler),
  erase(fetchHandler),
  erase(listOffsetsHandler),
  erase(metadataHandler),
  erase(apiVersionsHandler),
]) {
  byKey[apis[handler.api].key] = handler
}

/** The handler of an API, or undefined when it is not implemented (and so not advertised). */
export function handlerFor(apiKey: number): AnyHandler | undefined {
  return byKey[apiKey]
}
