import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { buildBatch } from '../../src/records/build-batch.ts'
import { openRecords } from '../../src/records/read-records.ts'
import { batchSize } from '../../src/records/record-batch.ts'
import type { RecordInput } from '../../src/records/record.ts'
import { corpusRecords, type CorpusKind } from './corpus-records.ts'

/** A file of record batches, as the log writes them. */
export interface CorpusFile {
  readonly path: string
  readonly baseOffset: number
  readonly bytes: number
}

/** Records on disk, which every engine reads. */
export interface Corpus {
  readonly kind: CorpusKind
  readonly records: number
  /** Bytes of the records' values. */
  readonly rawBytes: number
  readonly files: readonly CorpusFile[]
}

const BATCH_RECORDS = 400
const FILE_BYTES = 128 * 2 ** 20

export function writeCorpus(directory: string, kind: CorpusKind, records: number): Corpus {
  mkdirSync(directory, { recursive: true })
  const files: CorpusFile[] = []
  let rawBytes = 0
  let offset = 0
  let file: { readonly path: string; readonly baseOffset: number; readonly fd: number } | null = null
  let bytes = 0
  let pending: RecordInput[] = []
  const flush = (): void => {
    file ??= newFile(directory, offset)
    const batch = buildBatch({ baseOffset: offset }, pending)
    writeSync(file.fd, batch)
    bytes += batch.length
    offset += pending.length
    pending = []
    if (bytes < FILE_BYTES && offset < records) return
    closeSync(file.fd)
    files.push({ path: file.path, baseOffset: file.baseOffset, bytes })
    file = null
    bytes = 0
  }
  for (const { timestamp, value } of corpusRecords(kind, records)) {
    const encoded = Buffer.from(value)
    rawBytes += encoded.length
    pending.push({ timestamp, value: encoded })
    if (pending.length === BATCH_RECORDS) flush()
  }
  if (pending.length > 0) flush()
  return { kind, records, rawBytes, files }
}

function newFile(directory: string, baseOffset: number): { path: string; baseOffset: number; fd: number } {
  const path = join(directory, `${String(baseOffset).padStart(20, '0')}.log`)
  return { path, baseOffset, fd: openSync(path, 'w') }
}

/** The values of a corpus in order; each is a view that is valid until the next. */
export function* corpusValues({ files }: Corpus): Generator<Buffer, void> {
  for (const { path } of files) {
    const bytes = readFileSync(path)
    for (let at = 0; at < bytes.length; at += batchSize(bytes, at)) {
      const cursor = openRecords(bytes, at, 0)
      while (cursor.next()) yield cursor.value() ?? Buffer.alloc(0)
    }
  }
}
