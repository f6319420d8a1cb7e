import { gunzipSync, gzipSync } from 'node:zlib'
import { chunkSizeFor, type Codec } from './codec.ts'
import { zlibFailure } from './zlib-failure.ts'

/**
 * gzip (RFC 1952), by node:zlib. Several members in a row are read as one, zeros behind them are ignored. Java also ignores other
 * bytes there; node:zlib does not, and such a batch is refused.
 */
export const gzip: Codec = {
  id: 1,
  name: 'gzip',

  compress(bytes, level) {
    return gzipSync(bytes, level === undefined ? {} : { level })
  },

  decompress(bytes, maxBytes) {
    try {
      return gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize: chunkSizeFor(bytes, maxBytes) })
    } catch (error) {
      throw zlibFailure(error, 'gzip', bytes.length, maxBytes)
    }
  },
}
