import { HEADER_BYTES, HEADER_MAGIC, INDEX_VERSION } from './index-layout.ts'
import type { IndexSink } from './index-sink.ts'

export function writeHeader(sink: IndexSink): void {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(HEADER_MAGIC, 'latin1')
  header.writeUInt32LE(INDEX_VERSION, 8)
  sink.write(header)
}
