import { apiOf, isSupported, requestHeaderVersion, responseHeaderVersion } from './api-keys.ts'
import { ProtocolError } from './errors.ts'
import { badLength, cursor, int32, short, skipTags, text } from './reader.ts'
import type { UnknownTag } from './schema.ts'
import { putInt32, putText, putUnknownTags, putVarint, reserve, reserveText } from './writer.ts'
import type { Writer } from './writer.ts'

/**
 * Request header: int16 API key, int16 API version, int32 correlation id, then a nullable string with a 2-byte length
 * even in flexible versions (an old broker must be able to read it), then in version 2 tagged fields.
 */
export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  /** Null when the client names none, and when the API is unknown: then only the first 8 bytes mean anything. */
  readonly clientId: string | null
  /** Where the body begins. */
  readonly end: number
  readonly unknownTags?: readonly UnknownTag[]
}

export interface ResponseHeader {
  readonly correlationId: number
  /** Where the body begins. */
  readonly end: number
  readonly unknownTags?: readonly UnknownTag[]
}

/**
 * Reads a request's header from `start`. Key, version and correlation id are there for unknown APIs and versions too,
 * so that they can be answered or logged; what follows them is read strictly only for supported versions.
 */
export function decodeRequestHeader(buffer: Buffer, start: number, end: number): RequestHeader {
  if (end - start < 8) short(start, end, 8)
  const first = int32(buffer, start)
  const apiKey = first >> 16
  const apiVersion = (first << 16) >> 16
  const correlationId = int32(buffer, start + 4)
  const api = apiOf(apiKey)
  if (api === undefined) return { apiKey, apiVersion, correlationId, clientId: null, end: start + 8 }
  try {
    return decodeRest(
      { apiKey, apiVersion, correlationId },
      requestHeaderVersion(api, apiVersion),
      buffer,
      start + 8,
      end,
    )
  } catch (error) {
    if (isSupported(api, apiVersion) || !(error instanceof ProtocolError)) throw error
    return { apiKey, apiVersion, correlationId, clientId: null, end: start + 8 }
  }
}

interface Leader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
}

function decodeRest(
  lead: Leader,
  headerVersion: 1 | 2,
  buffer: Buffer,
  start: number,
  end: number,
): RequestHeader {
  const { apiKey, apiVersion, correlationId } = lead
  if (end - start < 2) short(start, end, 2)
  const length = ((buffer[start]! << 24) >> 16) | buffer[start + 1]!
  let position = start + 2
  let clientId: string | null = null
  if (length !== -1) {
    if (length < 0 || length > end - position) badLength('clientId', length, position, end)
    clientId = text(buffer, position, length)
    position += length
  }
  if (headerVersion === 1) return { apiKey, apiVersion, correlationId, clientId, end: position }
  const unknownTags = skipTags(buffer, position, end)
  position = cursor.position
  if (unknownTags === undefined) return { apiKey, apiVersion, correlationId, clientId, end: position }
  return { apiKey, apiVersion, correlationId, clientId, end: position, unknownTags }
}

/** Appends a request's header to the writer's message. */
export function encodeRequestHeader(
  writer: Writer,
  headerVersion: 1 | 2,
  header: Omit<RequestHeader, 'end'>,
): void {
  reserve(writer, 10)
  putInt32(writer.buffer, writer.position, (header.apiKey << 16) | (header.apiVersion & 0xffff))
  putInt32(writer.buffer, writer.position + 4, header.correlationId)
  writer.position += 8
  if (header.clientId === null) {
    writer.buffer.fill(255, writer.position, writer.position + 2)
    writer.position += 2
  } else {
    reserveText(writer, header.clientId, 'clientId')
    writer.position = putText(writer.buffer, writer.position, header.clientId, 'clientId')
  }
  if (headerVersion === 2) encodeTags(writer, header.unknownTags ?? [])
}

/** Reads the header of a response to a request of this API and version. */
export function decodeResponseHeader(
  apiKey: number,
  apiVersion: number,
  buffer: Buffer,
  start: number,
  end: number,
): ResponseHeader {
  const api = apiOf(apiKey)
  if (end - start < 4) short(start, end, 4)
  const correlationId = int32(buffer, start)
  if (api === undefined || responseHeaderVersion(api, apiVersion) === 0)
    return { correlationId, end: start + 4 }
  const unknownTags = skipTags(buffer, start + 4, end)
  const header = { correlationId, end: cursor.position }
  return unknownTags === undefined ? header : { ...header, unknownTags }
}

/** Appends a response's header to the writer's message. */
export function encodeResponseHeader(
  writer: Writer,
  headerVersion: 0 | 1,
  header: Omit<ResponseHeader, 'end'>,
): void {
  reserve(writer, 4)
  putInt32(writer.buffer, writer.position, header.correlationId)
  writer.position += 4
  if (headerVersion === 1) encodeTags(writer, header.unknownTags ?? [])
}

function encodeTags(writer: Writer, tags: readonly UnknownTag[]): void {
  reserve(writer, 5)
  writer.position = putVarint(writer.buffer, writer.position, tags.length)
  putUnknownTags(writer, tags, 0, Number.POSITIVE_INFINITY)
}
