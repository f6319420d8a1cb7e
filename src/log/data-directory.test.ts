import assert from 'node:assert/strict'
import { it } from 'node:test'
import { simEnv } from '../env/sim/env.ts'
import { openDataDirectory } from './data-directory.ts'

it('keeps its identity over power cuts, wherever it stands', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const env = simEnv(seed)
    const path = seed % 2 === 0 ? '/data/a/b/c' : '/data'
    const first = await env.kernel.settle(openDataDirectory(env, path))
    env.node.crash()
    const second = await env.kernel.settle(openDataDirectory(env.node.boot(), path))
    assert.deepEqual(second.directoryId, first.directoryId)
  }
})

it('belongs to one process at a time', async () => {
  const env = simEnv(1)
  const first = await env.kernel.settle(openDataDirectory(env, '/data'))
  await assert.rejects(env.kernel.settle(openDataDirectory(env, '/data')), { code: 'LOCKED' })
  await env.kernel.settle(first.lock.release())
  await env.kernel.settle(openDataDirectory(env, '/data'))
})

it('refuses what is not its own, and gives the lock back', async () => {
  const env = simEnv(1)
  const handle = await env.kernel.settle(env.files.open('/data/meta.properties', 'create'))
  await env.kernel.settle(handle.write([Buffer.from('cluster.id=x\n')], 0))
  for (let i = 0; i < 2; i++)
    await assert.rejects(env.kernel.settle(openDataDirectory(env, '/data')), /has no directory.id/)
})

it('survives a crash at every step of its making', async () => {
  for (let crashAt = 0; crashAt < 16; crashAt++) {
    const env = simEnv(crashAt)
    env.node.disk.onOperation = ({ serial }) => serial === crashAt && env.node.crash()
    const made = await env.kernel.settle(
      openDataDirectory(env, '/data/x').then(
        ({ directoryId }) => directoryId,
        () => null,
      ),
    )
    env.node.disk.onOperation = null
    env.node.crash()
    const { directoryId } = await env.kernel.settle(openDataDirectory(env.node.boot(), '/data/x'))
    if (made !== null) assert.deepEqual(directoryId, made)
  }
})
