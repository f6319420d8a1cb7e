import { knownApi, requestHeaderVersion, responseHeaderVersion } from './api-keys.ts'
import type { RequestInputAt, ResponseInputAt } from './api-keys.ts'
import { encodeRequest, encodeResponse } from './codec.ts'
import { ProtocolError } from './errors.ts'
import { encodeRequestHeader, encodeResponseHeader } from './headers.ts'
import { beginMessage, finishMessage, messageLength, newWriter, putInt32 } from './writer.ts'

/** Encoding is synchronous, so one writer serves all frames of the process. */
const writer = newWriter()

/**
 * A whole response as it goes to the socket: int32 size, header, body. The buffers belong to the caller; big records
 * are the very buffers of `response`, and must not change before they are sent.
 */
export function encodeResponseFrame<K extends number>(
  apiKey: K,
  version: number,
  correlationId: number,
  response: ResponseInputAt<K>,
): Buffer[] {
  const headerVersion = responseHeaderVersion(knownApi(apiKey), version)
  beginMessage(writer)
  writer.position += 4
  encodeResponseHeader(writer, headerVersion, { correlationId })
  encodeResponse(apiKey, version, response, writer)
  return finishFrame()
}

/** A whole request as it goes to the socket: int32 size, header, body. The buffers belong to the caller, as above. */
export function encodeRequestFrame<K extends number>(
  apiKey: K,
  version: number,
  correlationId: number,
  clientId: string | null,
  request: RequestInputAt<K>,
): Buffer[] {
  const headerVersion = requestHeaderVersion(knownApi(apiKey), version)
  beginMessage(writer)
  writer.position += 4
  encodeRequestHeader(writer, headerVersion, { apiKey, apiVersion: version, correlationId, clientId })
  encodeRequest(apiKey, version, request, writer)
  return finishFrame()
}

function finishFrame(): Buffer[] {
  const size = messageLength(writer) - 4
  if (size > 0x7fffffff)
    throw new ProtocolError(`a frame of ${size} bytes is too long, 2147483647 are possible`)
  putInt32(writer.buffer, writer.start, size)
  return finishMessage(writer)
}
