import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { FileHandle, Files } from '../env/files.ts'
import type { Random } from '../env/random.ts'
import { crc32c } from '../util/crc32c.ts'
import { decodeHeader, encodeHeader, HEADER_BYTES } from './log-format.ts'
import type { KeyValue } from './meta-store.ts'
import type { OperationOutcome } from './operation-ids.ts'

/**
 * A snapshot is the whole state at one revision. After the header of `log-format.ts` come blocks: kind u32 (1 entries,
 * 2 operation ids, 3 end) | items u32 | length u32 of the body | length u32 of the body uncompressed | CRC-32C u32 of the
 * 16 bytes before and the body | body, compressed with zstd. The end block has no body and the number of all items, and
 * nothing follows it.
 * An entry: revision u48 | key (u16 length, bytes) | value (u32 length, bytes). An operation id: revision u48 |
 * compares held u8 | id (u8 length, bytes).
 */
const BLOCK_HEADER_BYTES = 20
/** Blocks are about this long, so that neither writing nor reading blocks the event loop for more than some ms. */
const BLOCK_TARGET_BYTES = 256 * 1024
/** A block holds at most its target plus one entry, and an entry is bounded by a transaction. */
const BLOCK_MAX_BYTES = 4 * 1024 * 1024

const ENTRIES = 1
const OPERATIONS = 2
const END = 3

export interface SnapshotContent {
  readonly revision: number
  readonly entries: readonly KeyValue[]
  readonly operations: readonly OperationOutcome[]
}

class BlockWriter {
  readonly #file: FileHandle
  readonly #salt: number
  readonly #kind: number
  readonly #raw = Buffer.allocUnsafe(BLOCK_MAX_BYTES)
  #length = 0
  #items = 0
  position: number

  constructor(file: FileHandle, salt: number, kind: number, position: number) {
    this.#file = file
    this.#salt = salt
    this.#kind = kind
    this.position = position
  }

  /** True when `flush` is due. */
  entry({ key, value, modRevision }: KeyValue): boolean {
    const raw = this.#raw
    let at = raw.writeUIntLE(modRevision, this.#length, 6)
    at = raw.writeUInt16LE(key.length, at)
    at += raw.write(key, at, 'latin1')
    const written = raw.write(value, at + 4, 'utf8')
    raw.writeUInt32LE(written, at)
    return this.#added(at + 4 + written)
  }

  operation({ operationId, revision, succeeded }: OperationOutcome): boolean {
    let at = this.#raw.writeUIntLE(revision, this.#length, 6)
    at = this.#raw.writeUInt8(Number(succeeded), at)
    at = this.#raw.writeUInt8(operationId.length, at)
    return this.#added(at + this.#raw.write(operationId, at, 'latin1'))
  }

  #added(end: number): boolean {
    this.#length = end
    this.#items++
    return end >= BLOCK_TARGET_BYTES
  }

  async flush(): Promise<void> {
    if (this.#items === 0) return
    const body = zstdCompressSync(this.#raw.subarray(0, this.#length))
    const block = encodeBlock(this.#salt, this.#kind, this.#items, body, this.#length)
    this.#length = 0
    this.#items = 0
    await this.#file.write([block], this.position)
    this.position += block.length
  }
}

function encodeBlock(salt: number, kind: number, items: number, body: Buffer, rawLength: number): Buffer {
  const block = Buffer.allocUnsafe(BLOCK_HEADER_BYTES + body.length)
  block.writeUInt32LE(kind, 0)
  block.writeUInt32LE(items, 4)
  block.writeUInt32LE(body.length, 8)
  block.writeUInt32LE(rawLength, 12)
  block.writeUInt32LE(crc32c(body, crc32c(block.subarray(0, 16), salt)), 16)
  body.copy(block, BLOCK_HEADER_BYTES)
  return block
}

async function writeBlocks(file: FileHandle, salt: number, content: SnapshotContent): Promise<void> {
  const { entries, operations, revision } = content
  await file.write([encodeHeader('snapshot', { salt, revision })], 0)
  const entryBlocks = new BlockWriter(file, salt, ENTRIES, HEADER_BYTES)
  for (const entry of entries) if (entryBlocks.entry(entry)) await entryBlocks.flush()
  await entryBlocks.flush()
  const operationBlocks = new BlockWriter(file, salt, OPERATIONS, entryBlocks.position)
  for (const operation of operations) if (operationBlocks.operation(operation)) await operationBlocks.flush()
  await operationBlocks.flush()
  const end = encodeBlock(salt, END, entries.length + operations.length, Buffer.alloc(0), 0)
  await file.write([end], operationBlocks.position)
}

/** Writes the snapshot under its name; when the promise resolves it is durable. A crash leaves at most a `.tmp` file. */
export async function writeSnapshot(
  files: Files,
  random: Random,
  directory: string,
  name: string,
  content: SnapshotContent,
): Promise<void> {
  const path = `${directory}/${name}`
  const temporary = `${path}.tmp`
  await files.remove(temporary)
  {
    await using file = await files.open(temporary, 'exclusive')
    await writeBlocks(file, random.bytes(4).readUInt32LE(0), content)
    await file.sync()
  }
  await files.rename(temporary, path)
  await files.syncDirectory(directory)
}

interface Items {
  readonly entries: KeyValue[]
  readonly operations: OperationOutcome[]
}

function readEntries(raw: Buffer, count: number, into: KeyValue[]): void {
  let at = 0
  for (let i = 0; i < count; i++) {
    const modRevision = raw.readUIntLE(at, 6)
    const keyEnd = at + 8 + raw.readUInt16LE(at + 6)
    const valueEnd = keyEnd + 4 + raw.readUInt32LE(keyEnd)
    const key = raw.toString('latin1', at + 8, keyEnd)
    into.push({ key, value: raw.toString('utf8', keyEnd + 4, valueEnd), modRevision })
    at = valueEnd
  }
}

function readOperations(raw: Buffer, count: number, into: OperationOutcome[]): void {
  let at = 0
  for (let i = 0; i < count; i++) {
    const end = at + 8 + raw.readUInt8(at + 7)
    const operationId = raw.toString('latin1', at + 8, end)
    into.push({ operationId, revision: raw.readUIntLE(at, 6), succeeded: raw.readUInt8(at + 6) === 1 })
    at = end
  }
}

/** Reads the block at the position into `items`; returns the position behind it, null at the end, or what is wrong. */
function readBlock(buffer: Buffer, position: number, salt: number, items: Items): number | null | string {
  const bodyStart = position + BLOCK_HEADER_BYTES
  if (bodyStart > buffer.length) return `it ends within a block at byte ${position}`
  const kind = buffer.readUInt32LE(position)
  const count = buffer.readUInt32LE(position + 4)
  const end = bodyStart + buffer.readUInt32LE(position + 8)
  if (end > buffer.length) return `it ends within a block at byte ${position}`
  const body = buffer.subarray(bodyStart, end)
  const crc = crc32c(body, crc32c(buffer.subarray(position, position + 16), salt))
  if (crc !== buffer.readUInt32LE(position + 16))
    return `the checksum of the block at byte ${position} is wrong`
  if (kind === END) {
    const complete = count === items.entries.length + items.operations.length && end === buffer.length
    return complete ? null : `its end at byte ${position} does not match what precedes or follows`
  }
  const raw = zstdDecompressSync(body, { maxOutputLength: BLOCK_MAX_BYTES })
  if (kind === ENTRIES) readEntries(raw, count, items.entries)
  else if (kind === OPERATIONS) readOperations(raw, count, items.operations)
  else return `the block at byte ${position} is of the unknown kind ${kind}`
  return end
}

/** The content of a snapshot file, or what is wrong with it. */
export function decodeSnapshot(buffer: Buffer): SnapshotContent | string {
  const header = decodeHeader('snapshot', buffer)
  if (typeof header === 'string') return header
  const items: Items = { entries: [], operations: [] }
  let position = HEADER_BYTES
  for (;;) {
    const next = readBlock(buffer, position, header.salt, items)
    if (typeof next === 'string') return next
    if (next === null) return { revision: header.revision, ...items }
    position = next
  }
}
