import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { KeyValue, MetaEvent, Operation, Transaction, TransactionResult } from './meta-store.ts'

/** What a MetaStore must do, in the plainest form: the oracle of the conformance tests. */
export class StoreModel {
  revision: number
  readonly keys: Map<string, KeyValue>
  readonly log: MetaEvent[]

  constructor(
    revision: number,
    keys: ReadonlyMap<string, KeyValue> = new Map(),
    log: readonly MetaEvent[] = [],
  ) {
    this.revision = revision
    this.keys = new Map(keys)
    this.log = [...log]
  }

  clone(): StoreModel {
    return new StoreModel(this.revision, this.keys, this.log)
  }

  transact({ compare, success, failure = [] }: Transaction): TransactionResult {
    const succeeded = compare.every(
      ({ key, modRevision }) => (this.keys.get(key)?.modRevision ?? 0) === modRevision,
    )
    const events = (succeeded ? success : failure).flatMap((operation) => this.#events(operation))
    for (const event of events) {
      const { key, modRevision } = event
      if (event.kind === 'put') this.keys.set(key, { key, value: event.value, modRevision })
      else this.keys.delete(key)
    }
    this.log.push(...events)
    if (events.length > 0) this.revision++
    return { succeeded, revision: this.revision }
  }

  #events(operation: Operation): MetaEvent[] {
    const modRevision = this.revision + 1
    if (operation.kind === 'put') return [{ ...operation, modRevision }]
    const doomed = [...this.keys.keys()].filter((key) =>
      operation.kind === 'delete' ? key === operation.key : key.startsWith(operation.prefix),
    )
    return doomed.sort().map((key) => ({ kind: 'delete', key, modRevision }))
  }

  range(prefix: string): KeyValue[] {
    const entries = [...this.keys.values()].filter(({ key }) => key.startsWith(prefix))
    return entries.sort((a, b) => (a.key < b.key ? -1 : 1))
  }
}

export interface Answered {
  readonly transaction: Transaction
  readonly result: TransactionResult
}

/** The model after the one transaction of the group that made its revision, if all answers of the group fit to that. */
function afterRevision(before: StoreModel, group: readonly Answered[]): StoreModel | null {
  for (const candidate of group) {
    const after = before.clone()
    if (!isDeepStrictEqual(after.transact(candidate.transaction), candidate.result)) continue
    const others = group.filter((other) => other !== candidate)
    if (
      others.every(({ transaction, result }) =>
        isDeepStrictEqual(after.clone().transact(transaction), result),
      )
    ) {
      return after
    }
  }
  return null
}

/**
 * Fails unless the answers can be explained by the transactions having been applied one after the other, in the order of
 * their revisions. Returns the state after all of them. `start` is the state before.
 */
export function explain(start: StoreModel, answered: readonly Answered[]): StoreModel {
  const groups = Map.groupBy(answered, ({ result }) => result.revision)
  for (const { transaction, result } of groups.get(start.revision) ?? []) {
    assert.deepEqual(start.clone().transact(transaction), result)
  }
  groups.delete(start.revision)
  let model = start
  for (const revision of [...groups.keys()].sort((a, b) => a - b)) {
    assert.equal(
      revision,
      model.revision + 1,
      `no transaction was answered with revision ${model.revision + 1}`,
    )
    const after = afterRevision(model, groups.get(revision) ?? [])
    assert.ok(after, `no order of the transactions explains the answers of revision ${revision}`)
    model = after
  }
  return model
}
