import { crc32c } from '../../util/crc32c.ts'
import {
  HEADER_BYTES,
  HEADER_MAGIC,
  INDEX_VERSION,
  IndexDamageError,
  TRAILER_BYTES,
  TRAILER_MAGIC,
  type IndexDirectory,
} from './index-layout.ts'
import type { FileSink, IndexSink } from './index-sink.ts'

export function writeHeader(sink: IndexSink): void {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(HEADER_MAGIC, 'latin1')
  header.writeUInt32LE(INDEX_VERSION, 8)
  sink.write(header)
}

/** Ends the file with directory, checksums and trailer. */
export function writeFooter(sink: FileSink, directory: IndexDirectory): void {
  const at = sink.position
  const checksums = sink.endPages()
  const json = Buffer.from(JSON.stringify(directory))
  const table = Buffer.from(checksums.buffer)
  const trailer = Buffer.alloc(TRAILER_BYTES)
  trailer.writeUInt32LE(at % 0x1_0000_0000, 0)
  trailer.writeUInt32LE(Math.floor(at / 0x1_0000_0000), 4)
  trailer.writeUInt32LE(json.length, 8)
  trailer.writeUInt32LE(checksums.length, 12)
  trailer.writeUInt32LE(crc32c(table, crc32c(json)), 16)
  trailer.writeUInt32LE(crc32c(trailer.subarray(0, 20)), 20)
  trailer.write(TRAILER_MAGIC, 24, 'latin1')
  sink.write(json)
  sink.write(table)
  sink.write(trailer)
}

export interface Trailer {
  readonly directoryAt: number
  readonly directoryLength: number
  readonly pageCount: number
  readonly checksum: number
}

/** Reads the last 32 bytes of a file of `size` bytes. */
export function readTrailer(bytes: Buffer, size: number, path: string): Trailer {
  if (bytes.length < TRAILER_BYTES || bytes.toString('latin1', 24) !== TRAILER_MAGIC)
    throw new IndexDamageError(
      `${path}: it does not end as an index file does; it was not written to its end`,
    )
  if (crc32c(bytes.subarray(0, 20)) !== bytes.readUInt32LE(20))
    throw new IndexDamageError(`${path}: the checksum of its trailer is wrong`)
  const directoryAt = bytes.readUInt32LE(0) + bytes.readUInt32LE(4) * 0x1_0000_0000
  const directoryLength = bytes.readUInt32LE(8)
  const pageCount = bytes.readUInt32LE(12)
  if (directoryAt + directoryLength + pageCount * 4 + TRAILER_BYTES !== size)
    throw new IndexDamageError(`${path}: its trailer tells of another length than its ${size} bytes`)
  return { directoryAt, directoryLength, pageCount, checksum: bytes.readUInt32LE(16) }
}

/** Reads what lies between the pages and the trailer. */
export function readDirectory(
  bytes: Buffer,
  trailer: Trailer,
  path: string,
): { readonly directory: IndexDirectory; readonly checksums: Uint32Array } {
  if (crc32c(bytes) !== trailer.checksum)
    throw new IndexDamageError(`${path}: the checksum of its directory is wrong`)
  const directory = JSON.parse(bytes.toString('utf8', 0, trailer.directoryLength)) as IndexDirectory
  const checksums = new Uint32Array(trailer.pageCount)
  for (let page = 0; page < checksums.length; page++)
    checksums[page] = bytes.readUInt32LE(trailer.directoryLength + page * 4)
  return { directory, checksums }
}
