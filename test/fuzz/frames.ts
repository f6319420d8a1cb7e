import { apiOf, requestHeaderVersion } from '../../src/protocol/api-keys.ts'
import { encodeRequestHeader } from '../../src/protocol/headers.ts'
import { beginMessage, finishMessage, newWriter } from '../../src/protocol/writer.ts'
import { readVectors } from '../vectors/read.ts'

/** A request without its size: header and body. */
export interface CorpusFrame {
  readonly apiKey: number
  readonly version: number
  readonly bytes: Buffer
}

interface MessageVector {
  readonly direction: 'request' | 'response'
  readonly key: bigint
  readonly version: bigint
  readonly hex: string
}

const writer = newWriter()

/** Header and body. */
export function frameOf(
  apiKey: number,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: Buffer,
): Buffer {
  const api = apiOf(apiKey)
  if (api === undefined) throw new Error(`there is no API ${apiKey}`)
  beginMessage(writer)
  encodeRequestHeader(writer, requestHeaderVersion(api, version), {
    apiKey,
    apiVersion: version,
    correlationId,
    clientId,
  })
  return Buffer.concat([...finishMessage(writer), body])
}

/** Every request of the golden vectors, of all APIs and versions, whether the server has them or not. */
export function corpus(): CorpusFrame[] {
  const frames: CorpusFrame[] = []
  for (const vector of readVectors<MessageVector>('messages')) {
    if (vector.direction !== 'request') continue
    const apiKey = Number(vector.key)
    const version = Number(vector.version)
    frames.push({
      apiKey,
      version,
      bytes: frameOf(apiKey, version, 0, 'fuzz', Buffer.from(vector.hex, 'hex')),
    })
  }
  return frames
}

export const correlationIdAt = 4

/** The frame with its size in front, as it goes over the wire. */
export function sized(frame: Buffer): Buffer {
  const size = Buffer.allocUnsafe(4)
  size.writeInt32BE(frame.length)
  return Buffer.concat([size, frame])
}
