/** One step of an operation. Values are unique per key over the whole history; a key is a partition, `topic-number`. */
export type Step =
  | {
      readonly kind: 'send'
      readonly key: string
      readonly value: number
      /** Where the broker said that it stands; null when nobody was told. */
      readonly offset: number | null
    }
  | {
      readonly kind: 'poll'
      readonly reads: Readonly<Record<string, readonly (readonly [offset: number, value: number])[]>>
      /** When they had been read; without it, at the end of the operation. */
      readonly atMs?: number
    }

/**
 * A completed operation of one process, in the order of completion.
 *
 * `ok`: it happened. `fail`: it did not, and never will (what it polled before was read all the same). `info`: nobody knows. `assign` and `subscribe` move the process to new
 * positions, so that its next poll has no predecessor; `crash` replaces its client. `txn` is atomic over its steps.
 */
export interface Operation {
  readonly process: string
  readonly type: 'ok' | 'fail' | 'info'
  readonly f: 'send' | 'poll' | 'txn' | 'assign' | 'subscribe' | 'crash'
  readonly steps: readonly Step[]
  readonly startMs: number
  readonly endMs: number
  /** Of the reader; those that say nothing see only what is committed. */
  readonly isolation?: 'uncommitted'
  /** Of a transaction: the group for which it commits the offsets behind what it has polled. */
  readonly group?: string
  /** Of a transaction: when its end was asked for; nothing of it may be seen before. */
  readonly commitMs?: number
}

export type History = readonly Operation[]

export interface SentValue {
  readonly operation: Operation
  readonly key: string
  readonly value: number
  readonly offset: number | null
}

/** All sends of all operations. */
export function* sendsOf(history: History): Generator<SentValue> {
  for (const operation of history) {
    for (const step of operation.steps) {
      if (step.kind === 'send') yield { operation, key: step.key, value: step.value, offset: step.offset }
    }
  }
}

export interface ReadValue {
  readonly operation: Operation
  readonly key: string
  readonly offset: number
  readonly value: number
  readonly atMs: number
}

/** All that was read, in the order of reading. */
export function* readsOf(history: History): Generator<ReadValue> {
  for (const operation of history) {
    for (const step of operation.steps) {
      if (step.kind !== 'poll') continue
      for (const [key, pairs] of Object.entries(step.reads)) {
        for (const [offset, value] of pairs)
          yield { operation, key, offset, value, atMs: step.atMs ?? operation.endMs }
      }
    }
  }
}

/** All that was read by those who see only what is committed. */
export function* committedReadsOf(history: History): Generator<ReadValue> {
  for (const read of readsOf(history)) if (read.operation.isolation !== 'uncommitted') yield read
}
