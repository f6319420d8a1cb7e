import type { Anomaly } from './anomaly.ts'
import { readCycles, writeCycles } from './dependency-cycles.ts'
import type { History } from './history.ts'
import { abortedReads, duplicates, inconsistentOffsets, lostWrites, unseen } from './log-anomalies.ts'
import {
  internalNonmonotonicPolls,
  internalNonmonotonicSends,
  internalPollSkips,
  internalSendSkips,
  nonmonotonicPolls,
  nonmonotonicSends,
  pollSkips,
} from './order-anomalies.ts'
import { consumedNever, consumedTwice, precommittedReads } from './transaction-anomalies.ts'
import { type VersionOrders, versionOrders } from './version-order.ts'

type Analysis = (history: History, orders: VersionOrders) => Anomaly[]

/**
 * The names are those of Jepsen's kafka workload, after which the analyses are made (jepsen.tests.kafka); `consumed-twice`,
 * `consumed-never` and `write-cycle` are our own.
 */
export const analyses = {
  'inconsistent-offsets': inconsistentOffsets,
  'lost-write': lostWrites,
  unseen,
  duplicate: duplicates,
  G1a: abortedReads,
  'precommitted-read': precommittedReads,
  'poll-skip': pollSkips,
  'nonmonotonic-poll': nonmonotonicPolls,
  'int-poll-skip': internalPollSkips,
  'int-nonmonotonic-poll': internalNonmonotonicPolls,
  'nonmonotonic-send': nonmonotonicSends,
  'int-nonmonotonic-send': internalNonmonotonicSends,
  'int-send-skip': internalSendSkips,
  G1c: readCycles,
  'consumed-twice': consumedTwice,
  'consumed-never': consumedNever,
  'write-cycle': writeCycles,
} as const satisfies Record<string, Analysis>

export type AnomalyName = keyof typeof analyses

/** What Kafka itself allows: other producers' values between those of one operation, and transactions that interleave. */
const alwaysAllowed: readonly AnomalyName[] = ['int-send-skip', 'write-cycle']
/** Without idempotence a retry may write a value again, later. */
const allowedWithoutIdempotence: readonly AnomalyName[] = [
  'duplicate',
  'nonmonotonic-send',
  'int-nonmonotonic-send',
]

/**
 * What Kafka allows members of a group: at a rebalance a partition starts again from what was committed, while the client may still
 * hand out what it had fetched before. A process that subscribed is a member.
 */
const allowedToMembers: readonly AnomalyName[] = ['poll-skip', 'nonmonotonic-poll']

export interface CheckResult {
  readonly anomalies: ReadonlyMap<AnomalyName, readonly Anomaly[]>
  /** Those of them that must not be. */
  readonly forbidden: readonly AnomalyName[]
}

export function check(history: History, { idempotent = true } = {}): CheckResult {
  const orders = versionOrders(history)
  const anomalies = new Map<AnomalyName, readonly Anomaly[]>()
  let name: AnomalyName
  for (name in analyses) anomalies.set(name, analyses[name](history, orders))
  const allowed = new Set<AnomalyName>([...alwaysAllowed, ...(idempotent ? [] : allowedWithoutIdempotence)])
  const members = new Set(history.filter(({ f }) => f === 'subscribe').map(({ process }) => process))
  const isForbidden = (name: AnomalyName, { process = '' }: Anomaly): boolean =>
    !allowed.has(name) && !(allowedToMembers.includes(name) && members.has(process))
  const forbidden = [...anomalies]
    .filter(([name, found]) => found.some((anomaly) => isForbidden(name, anomaly)))
    .map(([name]) => name)
  return { anomalies, forbidden }
}
