import { type CompressionType, tooLarge, undecodable } from './codec.ts'

/** What node:zlib threw while decompressing, as a KafkaError; anything that is not about the bytes is given back as it is. */
export function zlibFailure(
  error: unknown,
  name: CompressionType,
  compressed: number,
  maxBytes: number,
): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error
  if (error.code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(name, compressed, maxBytes)
  return /^(?:Z_|ZSTD_)/.test(error.code) ? undecodable(name, error.message) : error
}
