import { KafkaError } from '../../protocol/errors.ts'
import { type Codec, type CompressionType, tooLarge } from './codec.ts'
import { gzip } from './gzip.ts'
import { lz4 } from './lz4.ts'
import { snappy } from './snappy.ts'
import { zstd } from './zstd.ts'

const none: Codec = {
  id: 0,
  name: 'none',

  compress(bytes) {
    return bytes
  },

  decompress(bytes, maxBytes) {
    if (bytes.length > maxBytes) throw tooLarge('none', bytes.length, maxBytes)
    return bytes
  },
}

/** All compression types; the index is the number in a batch's attributes. */
export const codecs: readonly Codec[] = [none, gzip, snappy, lz4, zstd]

const byName: Readonly<Record<CompressionType, Codec>> = { none, gzip, snappy, lz4, zstd }

export function codecOf(type: CompressionType): Codec {
  return byName[type]
}

/** The codec of this number (0 to 7); UNKNOWN_SERVER_ERROR for 5 to 7, as Kafka answers. */
export function codecById(id: number): Codec {
  const codec = codecs[id]
  if (codec !== undefined) return codec
  throw new KafkaError(
    'UNKNOWN_SERVER_ERROR',
    `compression type ${id} does not exist; there are ${codecs.map((each) => `${each.id} (${each.name})`).join(', ')}`,
  )
}
