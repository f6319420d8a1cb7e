import { type PartitionLedger, sampleKey } from './ledger.ts'
import type { SampleId } from './sample-value.ts'

/** A partition as it was read, from its log start to its high watermark. */
export interface PartitionRead {
  readonly logStart: number
  readonly highWatermark: number
  /** In the order of reading; `id` is null when the value is no sample or damaged. */
  readonly records: readonly { readonly offset: number; readonly id: SampleId | null }[]
}

export const findingKinds = [
  'lost',
  'invented',
  'duplicated',
  'damaged',
  'moved',
  'reordered',
  'unread',
  'gap',
  'shortened',
  'sequence refused',
  'offsets lost',
  'offsets invented',
  'topic lost',
  'topic invented',
  'torn',
  'unreadable',
  'hang',
  'start failed',
] as const

/**
 * What must never happen. `lost`: acknowledged and not there. `invented`: there and never sent. `duplicated`: more often than sent,
 * or more than once from an idempotent producer. `damaged`: no sample. `moved`: at another offset than the acknowledgement said.
 * `reordered`: values of an idempotent producer out of order. `unread`: a consumer had read something else at that offset.
 * `torn`: part of a transaction. `gap`: an offset without a record. `shortened`: the high watermark fell behind one that was told.
 */
export type FindingKind = (typeof findingKinds)[number]

export interface Finding {
  readonly kind: FindingKind
  readonly where: string
  readonly detail: string
}

export interface Comparison {
  readonly findings: Finding[]
  readonly acknowledged: number
  readonly read: number
  /** Values of writers without idempotence that their own retries wrote again: allowed, and counted. */
  readonly repeated: number
  /** The last sequence of each writer that is in the log. */
  readonly lastOf: ReadonlyMap<number, number>
}

/** Holds what was read against what was promised. */
export function compare(ledger: PartitionLedger, read: PartitionRead): Comparison {
  const where = `${ledger.topic}-${ledger.partition}`
  const findings: Finding[] = []
  const report = (kind: FindingKind, detail: string): void => void findings.push({ kind, where, detail })
  const places = placesOf(ledger, read, report)
  let acknowledged = 0
  let repeated = 0
  const lastOf = new Map<number, number>()
  for (const writer of ledger.writers.values()) {
    let lastPlace = -1
    for (const [sequence, sent] of writer.sent.entries()) {
      const offsets = places.get(sampleKey(writer.id, sequence)) ?? []
      const name = `writer ${writer.id} sequence ${sequence}`
      if (offsets.length > 0) lastOf.set(writer.id, sequence)
      if (sent.acknowledged) {
        acknowledged += 1
        if (offsets.length === 0) report('lost', `${name} was acknowledged at offset ${sent.offset}`)
        else if (sent.offset >= 0 && !offsets.includes(sent.offset)) {
          report(
            'moved',
            `${name} was acknowledged at offset ${sent.offset} and stands at ${offsets.join(', ')}`,
          )
        }
      }
      const allowed = writer.idempotent ? 1 : sent.attempts
      if (offsets.length > allowed)
        report('duplicated', `${name}, sent ${sent.attempts} times, stands at ${offsets.join(', ')}`)
      else repeated += Math.max(0, offsets.length - 1)
      const [first] = offsets
      if (!writer.idempotent || first === undefined) continue
      if (first < lastPlace)
        report('reordered', `${name} stands at ${first}, behind a later one at ${lastPlace}`)
      lastPlace = first
    }
  }
  return { findings, acknowledged, read: read.records.length, repeated, lastOf }
}

type Report = (kind: FindingKind, detail: string) => void

/** The offsets of every value, by key; reports what is wrong with single records. */
function placesOf(ledger: PartitionLedger, read: PartitionRead, report: Report): Map<number, number[]> {
  const places = new Map<number, number[]>()
  let next = read.logStart
  for (const { offset, id } of read.records) {
    if (offset !== next) report('gap', `offset ${next} is missing, ${offset} follows`)
    next = offset + 1
    if (id === null) {
      report('damaged', `the value at offset ${offset} is not what any writer sends`)
      continue
    }
    const key = sampleKey(id.writer, id.sequence)
    const attempts = ledger.writers.get(id.writer)?.sent[id.sequence]?.attempts ?? 0
    if (attempts === 0)
      report('invented', `writer ${id.writer} sequence ${id.sequence} at offset ${offset} was never sent`)
    const known = places.get(key)
    if (known === undefined) places.set(key, [offset])
    else known.push(offset)
    const seen = ledger.seen[offset]
    if (seen !== undefined && seen !== key)
      report('unread', `at offset ${offset} a consumer had read another value`)
  }
  if (next !== read.highWatermark)
    report('gap', `the last record is ${next - 1}, the high watermark ${read.highWatermark}`)
  if (ledger.seen.length > read.highWatermark) {
    report('unread', `a consumer had read up to ${ledger.seen.length}, the log ends at ${read.highWatermark}`)
  }
  if (read.highWatermark < ledger.highWatermark) {
    report('shortened', `the high watermark was ${ledger.highWatermark} and is ${read.highWatermark}`)
  }
  return places
}
