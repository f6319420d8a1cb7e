import { knownApi } from './api-keys.ts'
import type { RequestAt, RequestInputAt, ResponseAt, ResponseInputAt } from './api-keys.ts'
import { ProtocolError } from './errors.ts'
import { decoderOf, encoderOf } from './message-codec.ts'
import type { Decode, Encode } from './message-codec.ts'
import { cursor } from './reader.ts'
import type { Writer } from './writer.ts'

/**
 * Bodies of requests and responses. Decoding reads `buffer` from `offset`, never beyond `end`, and throws a
 * ProtocolError whatever the bytes are; an API or version that does not exist is a KafkaError UNSUPPORTED_VERSION.
 * Decoded `records` are views of `buffer`, decoded `bytes` are copies.
 */
type ByVersion<F> = (F | undefined)[]

const requestDecoders: (ByVersion<Decode> | undefined)[] = []
const responseDecoders: (ByVersion<Decode> | undefined)[] = []
const requestEncoders: (ByVersion<Encode> | undefined)[] = []
const responseEncoders: (ByVersion<Encode> | undefined)[] = []

/** Decodes the body of a request. */
export function decodeRequest<K extends number>(
  apiKey: K,
  version: number,
  buffer: Buffer,
  offset: number,
  end: number,
): RequestAt<K>
export function decodeRequest(
  apiKey: number,
  version: number,
  buffer: Buffer,
  offset: number,
  end: number,
): object {
  const decode =
    requestDecoders[apiKey]?.[version] ??
    remember(requestDecoders, apiKey, version, decoderOf(knownApi(apiKey).request, version))
  checkBounds(buffer, offset, end)
  return decode(buffer, offset, end)
}

/** Decodes the body of a response. */
export function decodeResponse<K extends number>(
  apiKey: K,
  version: number,
  buffer: Buffer,
  offset: number,
  end: number,
): ResponseAt<K>
export function decodeResponse(
  apiKey: number,
  version: number,
  buffer: Buffer,
  offset: number,
  end: number,
): object {
  const decode =
    responseDecoders[apiKey]?.[version] ??
    remember(responseDecoders, apiKey, version, decoderOf(knownApi(apiKey).response, version))
  checkBounds(buffer, offset, end)
  return decode(buffer, offset, end)
}

/** Appends the body of a request to the writer's message. */
export function encodeRequest<K extends number>(
  apiKey: K,
  version: number,
  value: RequestInputAt<K>,
  writer: Writer,
): void
export function encodeRequest(apiKey: number, version: number, value: object, writer: Writer): void {
  const encode =
    requestEncoders[apiKey]?.[version] ??
    remember(requestEncoders, apiKey, version, encoderOf(knownApi(apiKey).request, version))
  encode(writer, value)
}

/** Appends the body of a response to the writer's message. */
export function encodeResponse<K extends number>(
  apiKey: K,
  version: number,
  value: ResponseInputAt<K>,
  writer: Writer,
): void
export function encodeResponse(apiKey: number, version: number, value: object, writer: Writer): void {
  const encode =
    responseEncoders[apiKey]?.[version] ??
    remember(responseEncoders, apiKey, version, encoderOf(knownApi(apiKey).response, version))
  encode(writer, value)
}

/** Where the message decoded last ended; bytes from there to the frame's end belong to no field. */
export function decodedEnd(): number {
  return cursor.position
}

function remember<F>(all: (ByVersion<F> | undefined)[], apiKey: number, version: number, codec: F): F {
  const versions = (all[apiKey] ??= [])
  versions[version] = codec
  return codec
}

function checkBounds(buffer: Buffer, offset: number, end: number): void {
  if (offset >= 0 && offset <= end && end <= buffer.length) return
  throw new ProtocolError(`bytes ${offset} to ${end} do not lie in a buffer of ${buffer.length} bytes`)
}
