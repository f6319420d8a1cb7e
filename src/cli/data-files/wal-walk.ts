import type { Env } from '../../env/env.ts'
import {
  decodeWalReference,
  walFileHeaderBytes,
  walFileName,
  walRecordType,
} from '../../log/wal/wal-format.ts'
import * as header from '../../records/record-batch.ts'
import { WalFileView, type WalPlace, type WalRecordView } from './wal-file-view.ts'

export interface WalkedRecord extends WalRecordView {
  readonly kind: 'record'
  readonly path: string
  /**
   * False for a DATA record whose batch is not whole or has another CRC than it states, although it had been durable; and for a
   * REFERENCE record that is damaged itself.
   */
  readonly payloadGood: boolean
}

/** Bytes where acknowledged records stood that cannot be read any more. */
export interface WalkedGap {
  readonly kind: 'damage'
  readonly path: string
  readonly position: number
  /** Where the next record that can be read begins; null when none follows in this file. */
  readonly end: number | null
  readonly firstSequence: number
  /** Sequence of the next record that can be read; null when none follows. */
  readonly nextSequence: number | null
}

/** What stands in the write-ahead log, in its order. */
export type WalWalkItem =
  | WalkedRecord
  | WalkedGap
  /** A file that holds nothing: it was being made or reused when the process died. */
  | { readonly kind: 'unused'; readonly path: string }
  /** The header of a file with records is damaged. They are read all the same. */
  | { readonly kind: 'header'; readonly path: string }
  /** The end of what was acknowledged. What follows in the file is free, or was torn by a crash. */
  | { readonly kind: 'end'; readonly path: string; readonly position: number; readonly torn: boolean }

/**
 * Walks WAL files, through damage. A bad record is damage when a group header further on says that its sequence had been durable;
 * otherwise it is the torn tail, and the end (the rule of recovery, see `log/wal/wal-replay.ts`).
 */
export async function* walkWal(
  env: Env,
  place: WalPlace,
  numbers: readonly number[],
  firstSequence: number | null,
): AsyncGenerator<WalWalkItem, void> {
  let expected = firstSequence
  for (const [index, number] of numbers.entries()) {
    const later = numbers.slice(index + 1)
    await using file = await WalFileView.open(env, place, number)
    if (file === null) {
      yield { kind: 'unused', path: `${place.walDirectory}/${walFileName(number)}` }
      continue
    }
    if (file.headerDamaged) {
      const holdsSomething = await hasBytes(file, walFileHeaderBytes)
      yield { kind: holdsSomething ? 'header' : 'unused', path: file.path }
      if (!holdsSomething) continue
    }
    let position = walFileHeaderBytes
    for (;;) {
      const record = await file.recordAt(position)
      const isNext = record !== null && (expected === null || record.header.sequence === expected)
      if (isNext) {
        const payloadGood = isGood(record)
        if (
          !payloadGood &&
          !(await wasDurable(env, place, file, record.end, later, record.header.sequence))
        ) {
          yield { kind: 'end', path: file.path, position, torn: true }
          return
        }
        yield { kind: 'record', path: file.path, payloadGood, ...record }
        expected = record.header.sequence + 1
        position = record.end
        continue
      }
      const isFull = await continuesIn(env, place, later, expected)
      if (isFull) break
      if (expected === null || !(await wasDurable(env, place, file, position, later, expected))) {
        yield {
          kind: 'end',
          path: file.path,
          position,
          torn: record !== null || (await hasBytes(file, position)),
        }
        return
      }
      const atLeast = expected
      const end = await file.find(position, ({ sequence }) => sequence >= atLeast)
      const next =
        end === null
          ? await firstSequenceIn(env, place, later)
          : ((await file.recordAt(end))?.header.sequence ?? null)
      yield { kind: 'damage', path: file.path, position, end, firstSequence: expected, nextSequence: next }
      expected = next
      if (end === null) break
      position = end
    }
  }
}

function isGood({ header: { type }, payload }: WalRecordView): boolean {
  if (type === walRecordType.data) return isGoodBatch(payload)
  return type === walRecordType.group || decodeWalReference(payload) !== null
}

export function isGoodBatch(payload: Buffer): boolean {
  return (
    payload.length >= header.HEADER_SIZE &&
    header.batchSize(payload, 0) === payload.length &&
    header.computeCrc(payload, 0) === header.crc(payload, 0)
  )
}

/** Whether something was begun at a position that is the end of the log. */
async function hasBytes(file: WalFileView, position: number): Promise<boolean> {
  return (await file.find(position, () => true)) !== null
}

async function wasDurable(
  env: Env,
  place: WalPlace,
  file: WalFileView,
  position: number,
  later: readonly number[],
  sequence: number,
): Promise<boolean> {
  if (await file.testifies(position, sequence)) return true
  for (const number of later) {
    await using next = await WalFileView.open(env, place, number)
    if (next !== null && (await next.testifies(walFileHeaderBytes, sequence))) return true
  }
  return false
}

async function continuesIn(
  env: Env,
  place: WalPlace,
  later: readonly number[],
  sequence: number | null,
): Promise<boolean> {
  for (const number of later) {
    await using next = await WalFileView.open(env, place, number)
    if (next === null) continue
    const first = await next.recordAt(walFileHeaderBytes)
    return first !== null && (sequence === null || first.header.sequence === sequence)
  }
  return false
}

/** Sequence of the first record in these files that can be read, or null. */
async function firstSequenceIn(
  env: Env,
  place: WalPlace,
  numbers: readonly number[],
): Promise<number | null> {
  for (const number of numbers) {
    await using file = await WalFileView.open(env, place, number)
    const at = file === null ? null : await file.find(walFileHeaderBytes, () => true)
    if (file !== null && at !== null) return (await file.recordAt(at))?.header.sequence ?? null
  }
  return null
}
