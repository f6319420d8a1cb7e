import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Env } from '../env/env.ts'
import type { DiskOperation } from '../env/sim/disk.ts'
import type { SimNode } from '../env/sim/node.ts'
import { SimWorld } from '../env/sim/world.ts'
import { decodeFrame, decodeHeader, type Frame, HEADER_BYTES } from './log-format.ts'
import { LocalStore, type LocalStoreOptions } from './local-store.ts'
import { MetaStoreError, type Operation } from './meta-store.ts'

const directory = '/data/metadata'
const survivals = ['none', 'all', 'prefix', 'torn'] as const

/** Changes number 1, 2, 3 and so on: each makes one revision, and their sizes put frames across sectors in many ways. */
function change(number: number): Operation[] {
  const operations: Operation[] = [
    { kind: 'put', key: `/key/${number % 7}`, value: `${number}:${'v'.repeat((number * 97) % 701)}` },
  ]
  if (number % 5 === 0) operations.push({ kind: 'deletePrefix', prefix: '/gone/' })
  else operations.push({ kind: 'put', key: `/gone/${number % 3}`, value: '' })
  return operations
}

/** All keys and values after so many changes. */
function stateAfter(count: number): Map<string, string> {
  const state = new Map<string, string>()
  for (let number = 1; number <= count; number++) {
    for (const operation of change(number)) {
      if (operation.kind === 'put') state.set(operation.key, operation.value)
      else for (const key of state.keys()) if (key.startsWith('/gone/')) state.delete(key)
    }
  }
  return state
}

function open(env: Env, options: Partial<LocalStoreOptions> = {}): Promise<LocalStore> {
  return LocalStore.open({ ...env, directory, snapshotTransactions: 6, ...options })
}

async function readState(store: LocalStore): Promise<{ revision: number; state: Map<string, string> }> {
  const { revision, entries } = await store.range('/')
  return { revision, state: new Map(entries.map(({ key, value }) => [key, value])) }
}

/** What a run of one process got done. `sent` and `acknowledged` count changes from the beginning of time. */
interface Progress {
  sent: number
  acknowledged: number
}

/** Opens the store and makes `count` changes, three at a time, continuing where the store stands. */
async function work(
  env: Env,
  count: number,
  progress: Progress,
  options: Partial<LocalStoreOptions> = {},
): Promise<LocalStore> {
  const store = await open(env, options)
  const { revision, state } = await readState(store)
  checkRecovered(revision, state, progress)
  progress.acknowledged = progress.sent = revision
  for (let made = 0; made < count; made += 3) {
    const wave = [0, 1, 2].map(async () => {
      const number = ++progress.sent
      const key = `/key/${number % 7}`
      await Promise.all([
        store.transact({ compare: [], success: change(number) }),
        // It changes nothing, but who hears that the key is there has heard of the change.
        store.transact({ compare: [{ key, modRevision: 0 }], success: [] }).then(({ revision }) => {
          progress.acknowledged = Math.max(progress.acknowledged, revision)
        }),
      ])
      progress.acknowledged = Math.max(progress.acknowledged, number)
    })
    const results = await Promise.allSettled(wave)
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
  return store
}

/** Everything acknowledged, nothing that was not sent, and no change without those before it. */
function checkRecovered(
  revision: number,
  state: Map<string, string>,
  { sent, acknowledged }: Progress,
): void {
  assert.ok(revision >= acknowledged, `revision ${revision} is back, but ${acknowledged} was acknowledged`)
  assert.ok(revision <= sent, `revision ${revision} is back, but only ${sent} was sent`)
  assert.deepEqual(state, stateAfter(revision))
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

async function outcome<T>(world: SimWorld, promise: Promise<T>): Promise<T | Error> {
  return await world.kernel.settle(promise.catch(asError))
}

function assertFailed(result: unknown, code: string, message: RegExp): void {
  assert.ok(result instanceof MetaStoreError, `expected ${code}, got ${String(result)}`)
  assert.equal(result.code, code)
  assert.match(result.message, message)
}

type Stop = (node: SimNode) => void

/** Two processes, each stopped at its operation of that number (or not at all), and a third that reads what is left. */
async function stopTwice(seed: number, first: number, second: number, stop: Stop): Promise<boolean> {
  const world = new SimWorld(seed)
  const node = world.node('a')
  const progress: Progress = { sent: 0, acknowledged: 0 }
  let stopped = false
  for (const at of [first, second]) {
    const begin = node.disk.operations
    node.disk.onOperation = ({ serial, phase }: DiskOperation) => {
      if (Math.floor(at / 2) !== serial - begin || phase !== (at % 2 === 0 ? 'before' : 'after')) return
      stopped = true
      node.disk.onOperation = null
      stop(node)
    }
    stopped = false
    const result = await outcome(world, work(node.boot(), 24, progress))
    if (result instanceof Error && !stopped) throw result
    node.disk.onOperation = null
    if (!stopped) stop(node)
  }
  const store = await world.kernel.settle(open(node.boot()))
  const { revision, state } = await world.kernel.settle(readState(store))
  checkRecovered(revision, state, progress)
  return stopped
}

describe('local store under crashes', () => {
  for (const survival of survivals) {
    it(`keeps what it acknowledged through a power cut at every disk operation, unsynced data: ${survival}`, async () => {
      for (let at = 0, stopped = true; stopped; at++) {
        stopped = await stopTwice(at, 1_000_000 + at, at, (node) => node.crash(survival))
      }
    })
  }

  it('keeps what it acknowledged through two power cuts at random operations', async () => {
    for (let seed = 0; seed < 150; seed++) {
      await stopTwice(seed, (seed * 37) % 251, (seed * 53) % 239, (node) => node.crash())
    }
  })

  it('keeps what it acknowledged through kill -9 at random operations', async () => {
    for (let seed = 0; seed < 60; seed++) {
      await stopTwice(seed, (seed * 37) % 251, (seed * 53) % 239, (node) => node.kill())
    }
  })

  it('is fenced by a failed write or sync, and the next process serves only what is durable', async () => {
    for (let failing = 0, failed = true; failed; failing++) {
      failed = false
      const world = new SimWorld(failing)
      const node = world.node('a')
      const progress: Progress = { sent: 0, acknowledged: 0 }
      let count = 0
      node.disk.fault = ({ kind }) => {
        if (kind !== 'datasync' && kind !== 'sync' && kind !== 'write' && kind !== 'sync-directory')
          return null
        if (count++ !== failing) return null
        failed = true
        return 'EIO'
      }
      const result = await outcome(world, work(node.boot(), 24, progress))
      node.disk.fault = null
      assert.equal(result instanceof Error || !failed || count > failing, true)
      node.kill()
      const second = await world.kernel.settle(open(node.boot()))
      const served = await world.kernel.settle(readState(second))
      checkRecovered(served.revision, served.state, progress)
      node.crash('none')
      const third = await world.kernel.settle(open(node.boot()))
      assert.deepEqual(await world.kernel.settle(readState(third)), served)
    }
  })

  it('refuses everything once it is fenced, and says so once', async () => {
    const world = new SimWorld(1)
    const node = world.node('a')
    const fenced: MetaStoreError[] = []
    const run = async () => {
      const store = await open(node.boot(), { onFenced: (error) => fenced.push(error) })
      const watch = store.watch('/', 1)[Symbol.asyncIterator]().next()
      node.disk.fault = ({ kind }) => (kind === 'datasync' ? 'EIO' : null)
      const attempts = [1, 2].map((number) => store.transact({ compare: [], success: change(number) }))
      const expected = {
        code: 'STORE_FENCED',
        retriable: false,
        message: /accepts nothing more.*\/data\/metadata/s,
      }
      const rejections = [...attempts, watch].map((attempt) =>
        assert.rejects(attempt, { code: expected.code }),
      )
      await Promise.all(rejections)
      node.disk.fault = null
      await assert.rejects(store.transact({ compare: [], success: change(3) }), { code: 'STORE_FENCED' })
      await assert.rejects(store.range('/'), { code: 'STORE_FENCED' })
      await assert.rejects(store.get('/'), { code: 'STORE_FENCED' })
      await store.close()
    }
    await world.kernel.settle(run())
    assert.equal(fenced.length, 1)
    assert.match(fenced[0]?.message ?? '', /\/data\/metadata/)
  })

  it('goes on when a snapshot finds no space, and is fenced when the log finds none', async () => {
    const world = new SimWorld(1)
    const node = world.node('a')
    node.disk.fault = ({ kind, path }) => (kind === 'write' && path.includes('snapshot') ? 'ENOSPC' : null)
    const progress: Progress = { sent: 0, acknowledged: 0 }
    const store = await world.kernel.settle(work(node.boot(), 30, progress))
    assert.equal(progress.acknowledged, 30)
    await world.kernel.run()
    const names = [...node.disk.directory(directory, 'list').entries.keys()]
    assert.deepEqual(
      names.filter((name) => name.startsWith('snapshot')),
      [],
    )
    node.disk.fault = ({ kind }) => (kind === 'write' ? 'ENOSPC' : null)
    const refused = await outcome(world, store.transact({ compare: [], success: change(31) }))
    assertFailed(refused, 'STORE_FENCED', /log-\d{20}: .*ENOSPC/)
    node.disk.fault = null
    node.kill()
    const again = await world.kernel.settle(open(node.boot()))
    const { revision, state } = await world.kernel.settle(readState(again))
    checkRecovered(revision, state, { sent: 31, acknowledged: 30 })
  })
})

/** A disk with a store that was closed in order after 6, 12 and 21 changes. */
async function closedStore(): Promise<{ world: SimWorld; node: SimNode; names: string[] }> {
  const world = new SimWorld(1)
  const node = world.node('a')
  const env = node.boot()
  const progress: Progress = { sent: 0, acknowledged: 0 }
  for (const count of [6, 6, 9]) {
    const life = work(env, count, progress, { snapshotTransactions: 100 }).then((store) => store.close())
    await world.kernel.settle(life)
  }
  node.kill()
  const names = [...node.disk.directory(directory, 'list').entries.keys()].sort()
  return { world, node, names }
}

const logAfter6 = 'log-00000000000000000007'
const logAfter12 = 'log-00000000000000000013'
const snapshotAt6 = 'snapshot-00000000000000000006'
const snapshotAt12 = 'snapshot-00000000000000000012'

/** The frames of a log as it was closed. */
async function readFrames(path: string): Promise<Frame[]> {
  const { world, node } = await closedStore()
  const read = async () => {
    await using file = await node.boot().files.open(path, 'read')
    const bytes = Buffer.alloc(await file.size())
    await file.read(bytes, 0)
    return bytes
  }
  const bytes = await world.kernel.settle(read())
  const header = decodeHeader('log', bytes)
  assert.ok(typeof header !== 'string')
  const frames: Frame[] = []
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const frame = decodeFrame(bytes, at, header.salt)
    assert.ok(frame)
    frames.push(frame)
    at = frame.end
  }
  return frames
}

describe('local store on a damaged disk', () => {
  it('keeps two snapshots and the logs that reach back to them', async () => {
    const { names } = await closedStore()
    assert.deepEqual(names, ['lock', logAfter6, logAfter12, snapshotAt6, snapshotAt12])
  })

  it('refuses damage of any byte of a log that a transaction depends on, and loses nothing by other damage', async () => {
    const path = `${directory}/${logAfter12}`
    const { size } = (await closedStore()).node.disk.file(path, 'test').content
    const frames = await readFrames(path)
    assert.ok(frames.length >= 6)
    for (let position = 0; position < size; position += 11) {
      const { world, node } = await closedStore()
      node.disk.corrupt(path, position)
      const opened = await outcome(world, open(node.boot()))
      const frame = frames.find(({ end }) => position < end)
      const isMark = position >= HEADER_BYTES && frame?.transactions.length === 0
      if (isMark) {
        assert.ok(opened instanceof LocalStore, `byte ${position} is refused`)
        const { revision, state } = await world.kernel.settle(readState(opened))
        checkRecovered(revision, state, { sent: 21, acknowledged: 21 })
        continue
      }
      const first = frame?.transactions[0]?.revision
      const named =
        position < HEADER_BYTES
          ? /header|start like/
          : new RegExp(`revisions ${first} to ${frame?.lastRevision} cannot`)
      assertFailed(opened, 'CORRUPT', named)
      assertFailed(opened, 'CORRUPT', new RegExp(path))
    }
  })

  it('makes up for a damaged snapshot by an older one and the logs', async () => {
    const path = `${directory}/${snapshotAt12}`
    const { size } = (await closedStore()).node.disk.file(path, 'test').content
    for (let position = 0; position < size; position += 3) {
      const { world, node } = await closedStore()
      node.disk.corrupt(path, position)
      const store = await world.kernel.settle(open(node.boot()))
      const { revision, state } = await world.kernel.settle(readState(store))
      checkRecovered(revision, state, { sent: 21, acknowledged: 21 })
      assert.deepEqual(
        store.recovery.skippedSnapshots.map(({ file }) => file),
        [path],
      )
      assert.equal(node.disk.find(path), null)
    }
  })

  it('refuses when snapshots and logs do not reach each other', async () => {
    const losses = [
      [snapshotAt6, snapshotAt12],
      [snapshotAt12, logAfter6],
      [logAfter6, snapshotAt6, snapshotAt12],
    ]
    for (const missing of losses) {
      const { world, node } = await closedStore()
      const env = node.boot()
      for (const name of missing) await world.kernel.settle(env.files.remove(`${directory}/${name}`))
      const opened = await outcome(world, open(env))
      assertFailed(opened, 'CORRUPT', /revisions 1 to 6|revisions 7 to 12|revisions 1 to 12/)
    }
  })
})
