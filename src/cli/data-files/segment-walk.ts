import type { Env } from '../../env/env.ts'
import { codecById } from '../../records/compression/codecs.ts'
import * as header from '../../records/record-batch.ts'
import { FileWindow } from './file-window.ts'

/** A good batch of a segment file. */
export interface WalkedBatch {
  readonly kind: 'batch'
  readonly position: number
  readonly bytes: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly records: number
  readonly compression: string
  readonly maxTimestamp: number
  readonly leaderEpoch: number
  readonly producerId: number
  readonly control: boolean
}

/** Bytes that are no good batch, up to the next good one or the end of the file. */
export interface WalkedDamage {
  readonly kind: 'damage'
  readonly position: number
  readonly bytes: number
  /** The first offset that is missing. */
  readonly firstOffset: number
  /** Base offset of the good batch behind the damage; null when none follows. */
  readonly nextOffset: number | null
  /** What is wrong with the first batch of the stretch. */
  readonly reason: string
}

export type WalkedItem = WalkedBatch | WalkedDamage

/**
 * Walks a segment file from the start, through damage: behind a bad batch it goes on at the next position where a whole batch with
 * a good CRC and a later offset stands. `expectedOffset` is the offset that the first batch must not be below.
 */
export async function* walkSegment(
  env: Env,
  path: string,
  expectedOffset: number,
): AsyncGenerator<WalkedItem, void> {
  // A file that is missing holds nothing; whoever knows that there should be one sees it by that.
  if ((await env.files.stat(path)) === null) return
  await using handle = await env.files.open(path, 'read')
  const file = new FileWindow(handle, await handle.size())
  let position = 0
  let expected = expectedOffset
  while (position < file.size) {
    const reason = await badness(file, position, expected)
    if (reason === null) {
      const batch = describeBatch(await batchAt(file, position), position)
      yield batch
      expected = batch.lastOffset + 1
      position += batch.bytes
      continue
    }
    const next = await nextGood(file, position, expected)
    const end = next ?? file.size
    const nextOffset = next === null ? null : header.baseOffset(await batchAt(file, next), 0)
    yield { kind: 'damage', position, bytes: end - position, firstOffset: expected, nextOffset, reason }
    position = end
  }
}

async function batchAt(file: FileWindow, position: number): Promise<Buffer> {
  const head = await file.bytes(position, header.HEADER_SIZE)
  return file.bytes(position, header.batchSize(head, 0))
}

/** Why no good batch stands here; null when one does. */
async function badness(file: FileWindow, position: number, expected: number): Promise<string | null> {
  const head = await file.bytes(position, header.HEADER_SIZE)
  if (head.length < header.HEADER_SIZE) return `the file ends within a batch header`
  if (head.readInt8(header.MAGIC_AT) !== header.MAGIC_V2) return 'no batch begins here'
  const size = header.batchSize(head, 0)
  if (size < header.HEADER_SIZE) return `a batch states ${size} bytes`
  if (position + size > file.size)
    return `a batch states ${size} bytes, the file has ${file.size - position} more`
  const base = header.baseOffset(head, 0)
  if (base < expected || header.lastOffsetDelta(head, 0) < 0)
    return `a batch states offset ${base} after ${expected - 1}`
  const batch = await file.bytes(position, size)
  const [stored, computed] = [header.crc(batch, 0), header.computeCrc(batch, 0)]
  return stored === computed ? null : `the CRC-32C of a batch is ${computed}, it states ${stored}`
}

/** The next position behind a bad batch where a good one stands, or null. */
async function nextGood(file: FileWindow, position: number, expected: number): Promise<number | null> {
  // Mostly the batch's length survived, and the next batch stands right behind it.
  const head = await file.bytes(position, header.HEADER_SIZE)
  if (head.length === header.HEADER_SIZE) {
    const size = header.batchSize(head, 0)
    const behind = position + size
    if (size >= header.HEADER_SIZE && behind < file.size && (await badness(file, behind, expected)) === null)
      return behind
  }
  for (let at = position + 1; at + header.HEADER_SIZE <= file.size;) {
    const window = await file.bytes(at, SEARCH_BYTES)
    const last = window.length - header.HEADER_SIZE
    let found = -1
    for (let offset = 0; offset <= last; offset++) {
      if (!couldBegin(window, offset, expected, file.size - at)) continue
      found = offset
      break
    }
    if (found < 0) at += last + 1
    else if ((await badness(file, at + found, expected)) === null) return at + found
    else at += found + 1
  }
  return null
}

const SEARCH_BYTES = 1024 * 1024
/** A segment never spans more offsets: its indexes hold them as int32. */
const MAX_SPAN = 0x7fff_ffff

/** A cheap test, before the CRC of what might be a batch is computed. */
function couldBegin(window: Buffer, at: number, expected: number, available: number): boolean {
  if (window[at + header.MAGIC_AT] !== header.MAGIC_V2) return false
  const size = header.batchSize(window, at)
  if (size < header.HEADER_SIZE || at + size > available) return false
  const base = header.baseOffset(window, at)
  return base >= expected && base <= expected + MAX_SPAN
}

function describeBatch(batch: Buffer, position: number): WalkedBatch {
  return {
    kind: 'batch',
    position,
    bytes: batch.length,
    baseOffset: header.baseOffset(batch, 0),
    lastOffset: header.lastOffset(batch, 0),
    records: header.recordCount(batch, 0),
    compression: compressionName(header.compressionId(batch, 0)),
    maxTimestamp: header.maxTimestamp(batch, 0),
    leaderEpoch: header.partitionLeaderEpoch(batch, 0),
    producerId: header.producerId(batch, 0),
    control: header.isControl(batch, 0),
  }
}

function compressionName(id: number): string {
  return id <= 4 ? codecById(id).name : `unknown (${id})`
}
