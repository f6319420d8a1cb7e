import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../config/load.ts'
import type { Env } from '../env/env.ts'
import { nodeEnv } from '../env/node/env.ts'
import type { Timer } from '../env/scheduler.ts'
import { startServer } from './server.ts'

/** The real surroundings, and how many repeated timers are running in them. */
function watched(): { readonly env: Env; readonly running: Set<Timer> } {
  const real = nodeEnv()
  const running = new Set<Timer>()
  const every: Env['scheduler']['every'] = (ms, work) => {
    const timer = real.scheduler.every(ms, work)
    const counted: Timer = {
      ...timer,
      cancel: () => {
        running.delete(counted)
        timer.cancel()
      },
    }
    running.add(counted)
    return counted
  }
  const scheduler = new Proxy(real.scheduler, {
    get(target, name) {
      if (name === 'every') return every
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { env: { ...real, scheduler }, running }
}

test('a start that fails leaves nothing behind that would write into the closed logs', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chronik-start-'))
  const other = net.createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  try {
    const address = other.address()
    assert.ok(address !== null && typeof address === 'object')
    const settings = {
      'data.dir': directory,
      'kafka.listen': `127.0.0.1:${address.port}`,
      'http.listen': '127.0.0.1:0',
      'log.level': 'silent',
    }
    const config = loadConfig({
      flags: Object.entries(settings).map(([name, raw]) => ({ name, raw, flag: '--set' })),
      machine: { memoryBytes: 1 << 30 },
    })
    const { env, running } = watched()
    await assert.rejects(startServer(config, { env }), { code: 'ADDRESS_IN_USE' })
    assert.equal(running.size, 0)
  } finally {
    other.close()
    await rm(directory, { recursive: true })
  }
})
