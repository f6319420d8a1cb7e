import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { transactInBulk } from './bulk-transaction.ts'
import {
  type MetaEvent,
  type MetaStore,
  type Operation,
  type Transaction,
  type Watch,
  type WatchBatch,
} from './meta-store.ts'
import { type Answered, explain, StoreModel } from './store-model.ts'

/** An empty store of its own for one test. */
export interface StoreUnderTest extends AsyncDisposable {
  /** Opens it, the first time or again after `close`. Everything acknowledged before must be there. */
  open(): Promise<MetaStore>
}

const put = (key: string, value: string): Operation => ({ kind: 'put', key, value })
const remove = (key: string): Operation => ({ kind: 'delete', key })
const removeBelow = (prefix: string): Operation => ({ kind: 'deletePrefix', prefix })
const always = (...success: Operation[]): Transaction => ({ compare: [], success })

/** The order of events within one revision is free: backends differ. */
function sorted(events: readonly MetaEvent[]): MetaEvent[] {
  return [...events].sort(
    (a, b) => a.modRevision - b.modRevision || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  )
}

/** Reads until the watch has covered `revision`, checking the order and that no revision is split. */
async function eventsUntil(watch: Watch, revision: number): Promise<MetaEvent[]> {
  const events: MetaEvent[] = []
  let covered = 0
  for await (const batch of watch) {
    checkBatch(batch, covered)
    covered = batch.revision
    events.push(...batch.events)
    if (covered >= revision) break
  }
  return events
}

function checkBatch(batch: WatchBatch, after: number): void {
  let last = after + 1
  for (const { modRevision } of batch.events) {
    assert.ok(modRevision >= last, `revision ${modRevision} came after ${last} or was split`)
    last = modRevision
  }
  assert.ok(batch.revision >= last)
}

const keys = ['/a', '/a/1', '/a/2', '/b', '/b/1', '/c']
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...keys), fc.string({ maxLength: 20, unit: 'grapheme' }))
      .map(([key, value]) => put(key, value)),
  },
  { weight: 2, arbitrary: fc.constantFrom(...keys).map(remove) },
  { weight: 1, arbitrary: fc.constantFrom('/a/', '/b', '/nothing').map(removeBelow) },
)
function disjoint(operations: readonly Operation[]): Operation[] {
  const targets: string[] = []
  return operations.filter((operation) => {
    const target = operation.kind === 'deletePrefix' ? operation.prefix : operation.key
    if (targets.some((other) => other.startsWith(target) || target.startsWith(other))) return false
    targets.push(target)
    return true
  })
}
const operations = fc.array(operation, { maxLength: 4 }).map(disjoint)
/** A compare is on the current revision of the key, on absence, or on some other revision. */
const comparing = fc.record({
  key: fc.constantFrom(...keys),
  how: fc.constantFrom('current', 'absent', 'other'),
})
/** What happens before a transaction is sent, beside those that are on their way: nothing, a read, an older answer. */
const pause = fc.constantFrom('none', 'none', 'read', 'answer')
const step = fc.record({
  pause,
  compares: fc.array(comparing, { maxLength: 2 }),
  success: operations,
  failure: operations,
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function transactionOf(step: Step, model: StoreModel): Transaction {
  const compare = step.compares.map(({ key, how }) => {
    const current = model.keys.get(key)?.modRevision ?? 0
    return { key, modRevision: how === 'current' ? current : how === 'absent' ? 0 : model.revision + 1 }
  })
  return { compare, success: step.success, failure: step.failure }
}

type Make = () => Promise<StoreUnderTest>

function check(what: string, body: () => Promise<void>): void {
  // The runner collects what `it` returns by itself.
  void it(what, body)
}

async function checkState(store: MetaStore, model: StoreModel): Promise<void> {
  for (const prefix of ['/', '/a/', '/b', '/nothing']) {
    assert.deepEqual(await store.range(prefix), { revision: model.revision, entries: model.range(prefix) })
  }
  for (const key of keys) assert.deepEqual(await store.get(key), model.keys.get(key) ?? null)
}

async function sequentialHistory(make: Make, steps: readonly Step[]): Promise<void> {
  await using subject = await make()
  let store = await subject.open()
  const model = new StoreModel((await store.range('/')).revision)
  for (const [index, step] of steps.entries()) {
    const transaction = transactionOf(step, model)
    const result = await store.transact(transaction)
    assert.deepEqual(result, model.transact(transaction))
    if (index % 5 !== 4) continue
    await store.close()
    store = await subject.open()
  }
  await checkState(store, model)
  await store.close()
}

async function concurrentHistory(make: Make, steps: readonly Step[]): Promise<void> {
  await using subject = await make()
  await using store = await subject.open()
  const start = new StoreModel((await store.range('/')).revision)
  // Compares are chosen as if the transactions were applied in the order of sending, so that many of them hold.
  const guess = start.clone()
  const sent: Promise<Answered>[] = []
  for (const step of steps) {
    if (step.pause === 'read') await store.get('/a')
    if (step.pause === 'answer') await sent.at(-3)
    const transaction = transactionOf(step, guess)
    guess.transact(transaction)
    sent.push(store.transact(transaction).then((result) => ({ transaction, result })))
  }
  const model = explain(start, await Promise.all(sent))
  await checkState(store, model)
  const changed = model.revision > start.revision
  const events = changed ? await eventsUntil(store.watch('/', start.revision + 1), model.revision) : []
  assert.deepEqual(sorted(events), sorted(model.log))
}

function transactionTests(make: Make): void {
  check('follows the model through random histories with reopening', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) => sequentialHistory(make, steps)),
      { numRuns: 40 },
    )
  })

  check('answers concurrent transactions as if they came one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) => concurrentHistory(make, steps)),
      { numRuns: 40 },
    )
  })

  check('lets exactly one of many concurrent creations win', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const attempts = Array.from({ length: 50 }, (_, index) =>
      store.transact({ compare: [{ key: '/lock', modRevision: 0 }], success: [put('/lock', String(index))] }),
    )
    const winners = (await Promise.all(attempts)).flatMap(({ succeeded }, index) => (succeeded ? index : []))
    assert.equal(winners.length, 1)
    assert.equal((await store.get('/lock'))?.value, String(winners[0]))
  })

  check('counts without losing an update when many compare and retry', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const increment = async () => {
      for (;;) {
        const entry = await store.get('/count')
        const compare = [{ key: '/count', modRevision: entry?.modRevision ?? 0 }]
        const value = String(Number(entry?.value ?? 0) + 1)
        if ((await store.transact({ compare, success: [put('/count', value)] })).succeeded) return
      }
    }
    await Promise.all(Array.from({ length: 20 }, increment))
    assert.equal((await store.get('/count'))?.value, '20')
  })

  check('applies an operation id once, also after reopening', async () => {
    await using subject = await make()
    const transaction = {
      operationId: 'attempt-1',
      compare: [{ key: '/x', modRevision: 0 }],
      success: [put('/x', '1')],
    }
    let store = await subject.open()
    const [first, twin] = await Promise.all([store.transact(transaction), store.transact(transaction)])
    assert.equal(first.succeeded, true)
    assert.deepEqual(twin, first)
    await store.transact(always(put('/x', '2')))
    assert.deepEqual(await store.transact(transaction), first)
    await store.close()
    store = await subject.open()
    assert.deepEqual(await store.transact(transaction), first)
    assert.equal((await store.get('/x'))?.value, '2')
    await store.close()
  })

  check('keeps values byte for byte', async () => {
    await using subject = await make()
    let store = await subject.open()
    const value = '{"text":"\u0000\u{1f600} ü \\" \n"}'
    await store.transact(always(put('/x', value), put('/empty', '')))
    await store.close()
    store = await subject.open()
    assert.equal((await store.get('/x'))?.value, value)
    assert.equal((await store.get('/empty'))?.value, '')
    await store.close()
  })
}

function refusalTests(make: Make): void {
  const refused: readonly (readonly [string, Transaction])[] = [
    ['too many operations', always(...Array.from({ length: 101 }, (_, i) => put(`/k${i}`, '')))],
    [
      'too many compares',
      { compare: Array.from({ length: 101 }, (_, i) => ({ key: `/k${i}`, modRevision: 0 })), success: [] },
    ],
    ['a key twice', always(put('/a', '1'), remove('/a'))],
    ['a key below a deleted prefix', always(put('/a/b', '1'), removeBelow('/a/'))],
    ['half a surrogate pair', always(put('/a', '\ud800'))],
    ['an empty key', always(put('', '1'))],
    ['a key that is not ASCII', always(put('/ü', '1'))],
    ['too many bytes', always(put('/a', 'x'.repeat(1024 * 1024 + 1)))],
    ['a negative revision', { compare: [{ key: '/a', modRevision: -1 }], success: [] }],
  ]
  for (const [what, transaction] of refused) {
    check(`refuses ${what}`, async () => {
      await using subject = await make()
      await using store = await subject.open()
      await assert.rejects(store.transact(transaction), { code: 'INVALID_TRANSACTION', retriable: false })
      assert.deepEqual((await store.range('/')).entries, [])
    })
  }

  check('refuses everything once it is closed', async () => {
    await using subject = await make()
    const store = await subject.open()
    const watch = store.watch('/', 1)[Symbol.asyncIterator]().next()
    await Promise.all([store.close(), assert.rejects(watch, { code: 'STORE_CLOSED' })])
    await assert.rejects(store.transact(always(put('/a', '1'))), { code: 'STORE_CLOSED' })
    await assert.rejects(store.range('/'), { code: 'STORE_CLOSED' })
    await assert.rejects(store.get('/a'), { code: 'STORE_CLOSED' })
  })
}

function watchTests(make: Make): void {
  check('gives a watch everything in order, from wherever it resumes', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const start = (await store.range('/')).revision
    const follower = eventsUntil(store.watch('/', start + 1), start + 30)
    for (let i = 0; i < 30; i++)
      await store.transact(always(put(`/k${i % 7}`, String(i)), put('/other', String(i))))
    const all = await follower
    assert.equal(all.length, 60)
    for (let from = start + 1; from <= start + 30; from++) {
      const resumed = await eventsUntil(store.watch('/', from), start + 30)
      assert.deepEqual(sorted(resumed), sorted(all.filter(({ modRevision }) => modRevision >= from)))
    }
  })

  check('gives a watch only what lies below its prefix', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const start = (await store.range('/')).revision
    await store.transact(always(put('/a/1', 'x'), put('/b/1', 'y')))
    await store.transact(always(put('/b/2', 'y')))
    await store.transact(always(removeBelow('/')))
    const events = await eventsUntil(store.watch('/a/', start + 1), start + 3)
    assert.deepEqual(events, [
      { kind: 'put', key: '/a/1', value: 'x', modRevision: start + 1 },
      { kind: 'delete', key: '/a/1', modRevision: start + 3 },
    ])
  })

  check('lets a watch wait for a revision that lies in the future', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const start = (await store.range('/')).revision
    const follower = eventsUntil(store.watch('/', start + 2), start + 2)
    await store.transact(always(put('/a', '1')))
    await store.transact(always(put('/a', '2')))
    assert.deepEqual(await follower, [{ kind: 'put', key: '/a', value: '2', modRevision: start + 2 }])
  })

  check('shows a reader no transaction before the watch can show it', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const start = (await store.range('/')).revision
    const writes = Array.from({ length: 40 }, (_, i) => store.transact(always(put('/a', String(i)))))
    for (let i = 0; i < 20; i++) {
      const { revision, entries } = await store.range('/a')
      if (revision === start) continue
      assert.equal(entries[0]?.value, String(revision - start - 1))
      const seen = await eventsUntil(store.watch('/', revision), revision)
      assert.equal(seen.at(-1)?.modRevision === undefined, false)
    }
    await Promise.all(writes)
  })

  check('ends the iteration of a watch that is closed', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const watch = store.watch('/', 1_000_000)
    const end = watch[Symbol.asyncIterator]().next()
    watch.close()
    assert.deepEqual(await end, { done: true, value: undefined })
  })
}

function bulkTests(make: Make): void {
  const prepare = Array.from({ length: 1000 }, (_, i) => put(`/part/t/${i}`, String(i)))
  const commit = { compare: [{ key: '/topic/t', modRevision: 0 }], success: [put('/topic/t', '')] }
  const undo = { compare: commit.compare, success: [removeBelow('/part/t/')] }

  check('commits a bulk transaction after all its parts', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const result = await transactInBulk(store, { guard: [], prepare, commit, undo })
    assert.equal(result.succeeded, true)
    const { entries } = await store.range('/')
    assert.equal(entries.length, 1001)
    const topic = entries.find(({ key }) => key === '/topic/t')
    assert.equal(topic?.modRevision, result.revision)
    assert.ok(entries.every(({ modRevision }) => modRevision <= result.revision))
  })

  check('undoes a bulk transaction whose guard or commit fails', async () => {
    await using subject = await make()
    await using store = await subject.open()
    const guard = [{ key: '/controller', modRevision: 7_000_000 }]
    assert.equal((await transactInBulk(store, { guard, prepare, commit, undo })).succeeded, false)
    await store.transact(always(put('/name/t', '')))
    const taken = {
      compare: [{ key: '/name/t', modRevision: 0 }, ...commit.compare],
      success: commit.success,
    }
    assert.equal((await transactInBulk(store, { guard: [], prepare, commit: taken, undo })).succeeded, false)
    assert.deepEqual(
      (await store.range('/')).entries.map(({ key }) => key),
      ['/name/t'],
    )
  })
}

/** Declares the tests that every MetaStore must pass. `make` gives each test an empty store. */
export function metaStoreConformance(name: string, make: Make): void {
  void describe(`${name}: MetaStore conformance`, () => {
    transactionTests(make)
    refusalTests(make)
    watchTests(make)
    bulkTests(make)
  })
}
