import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { FileHandle, Files } from '../env/files.ts'
import { type SimEnv, simEnv } from '../env/sim/env.ts'
import { HandleCache } from './handle-cache.ts'

interface Setup {
  readonly env: SimEnv
  readonly cache: HandleCache
  /** Files that are open. */
  readonly open: Set<string>
  readonly settle: <T>(work: Promise<T>) => Promise<T>
}

function setup(limit = 2): Setup {
  const env = simEnv(1)
  const open = new Set<string>()
  const counting: Files['open'] = async (path, mode) => {
    const handle = await env.files.open(path, mode)
    assert.ok(!open.has(path), `${path} is open twice`)
    open.add(path)
    const close = async (): Promise<void> => {
      open.delete(path)
      await handle.close()
    }
    const counted: FileHandle = Object.assign(Object.create(handle) as FileHandle, { close })
    return counted
  }
  const files: Files = Object.assign(Object.create(env.files) as Files, { open: counting })
  return { env, cache: new HandleCache(files, limit), open, settle: (work) => env.kernel.settle(work) }
}

it('opens a file once for all who use it, and keeps it for the next', async () => {
  const { cache, open, settle } = setup()
  const [first, second] = await settle(
    Promise.all([cache.acquire('/data/a', true), cache.acquire('/data/a', true)]),
  )
  assert.equal(first, second)
  cache.release('/data/a')
  cache.release('/data/a')
  assert.equal(cache.acquireOpen('/data/a'), first)
  assert.deepEqual([...open], ['/data/a'])
  assert.equal(cache.acquireOpen('/data/b'), null)
})

it('closes the least recently used idle file when there are too many', async () => {
  const { env, cache, open, settle } = setup(2)
  for (const name of ['a', 'b']) {
    await settle(cache.acquire(`/data/${name}`, true))
    cache.release(`/data/${name}`)
  }
  cache.acquireOpen('/data/a')
  cache.release('/data/a')
  await settle(cache.acquire('/data/c', true))
  cache.release('/data/c')
  await env.kernel.run()
  assert.deepEqual([...open].sort(), ['/data/a', '/data/c'])
})

it('never closes what is in use', async () => {
  const { env, cache, open, settle } = setup(1)
  for (const name of ['a', 'b', 'c']) await settle(cache.acquire(`/data/${name}`, true))
  await env.kernel.run()
  assert.equal(open.size, 3)
  for (const name of ['a', 'b', 'c']) cache.release(`/data/${name}`)
  await env.kernel.run()
  assert.equal(open.size, 1)
})

it('closes a forgotten file when its last user is done', async () => {
  const { env, cache, open, settle } = setup(5)
  await settle(cache.acquire('/data/a', true))
  await settle(cache.forget('/data/a'))
  assert.equal(open.size, 1)
  cache.release('/data/a')
  await env.kernel.run()
  assert.equal(open.size, 0)
  assert.equal(cache.acquireOpen('/data/a'), null)
})

it('makes a file although somebody else looks for it at the same time', async () => {
  const { cache, settle } = setup()
  const looking = cache.acquire('/data/a', false).then(
    () => 'open',
    () => 'missing',
  )
  const making = cache.acquire('/data/a', true)
  const [looked, handle] = await settle(Promise.all([looking, making]))
  assert.equal(looked, 'missing')
  assert.equal(cache.acquireOpen('/data/a'), handle)
})
