import { constants, type ZstdOptions, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { chunkSizeFor, type Codec, undecodable } from './codec.ts'
import { zlibFailure } from './zlib-failure.ts'

/** What node:zlib returns with `info: true`, which its types leave out. */
interface WithEngine {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

function hasEngine(result: object): result is WithEngine {
  return 'buffer' in result && Buffer.isBuffer(result.buffer) && 'engine' in result
}

/**
 * Zstandard (RFC 8878), by node:zlib. Frames in a row are read as one. node:zlib stops silently where a frame ends and no other
 * one begins, so the bytes that it took are counted. No bytes at all decompress to none, as in Kafka.
 */
export const zstd: Codec = {
  id: 4,
  name: 'zstd',

  compress(bytes, level) {
    return zstdCompressSync(
      bytes,
      level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } },
    )
  },

  decompress(bytes, maxBytes) {
    if (bytes.length === 0) return bytes
    const options: ZstdOptions & { readonly info: true } = {
      info: true,
      maxOutputLength: maxBytes,
      chunkSize: chunkSizeFor(bytes, maxBytes),
    }
    let result: object
    try {
      result = zstdDecompressSync(bytes, options)
    } catch (error) {
      throw zlibFailure(error, 'zstd', bytes.length, maxBytes)
    }
    if (!hasEngine(result)) throw new TypeError('node:zlib did not say how much it has read')
    if (result.engine.bytesWritten < bytes.length) {
      throw undecodable('zstd', `${bytes.length - result.engine.bytesWritten} bytes follow the last frame`)
    }
    return result.buffer
  },
}
