// The promise of the simulation: everything that happens follows from the seed.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Env } from '../env.ts'
import type { Connection, ConnectionEvents } from '../network.ts'
import { SimWorld } from './world.ts'

const port = 9092

function quietEvents(received: (bytes: Buffer) => void): ConnectionEvents {
  const view = Buffer.alloc(64)
  return {
    target: () => view,
    received: (size) => received(view.subarray(0, size)),
    drained: () => {},
    ended: () => {},
    closed: () => {},
  }
}

/** Appends what it receives to a file, syncs now and then, and answers with what it synced. */
async function serve(env: Env): Promise<void> {
  const file = await env.files.open('/data/log', 'create')
  let end = await file.size()
  await env.network.listen({ host: '0.0.0.0', port }, (connection) => {
    const append = async (bytes: Buffer): Promise<void> => {
      const position = end
      end += bytes.length
      await file.write([bytes], position)
      if (env.random.below(3) === 0) await file.datasync()
      connection.write([Buffer.from(`${position};`)])
    }
    connection.start(
      quietEvents((bytes) => void append(Buffer.from(bytes)).catch(() => connection.destroy())),
    )
  })
}

async function send(env: Env, name: string): Promise<void> {
  const connection: Connection = await env.network.connect('server', port, { timeoutMs: 5000 })
  connection.start(quietEvents(() => {}))
  for (let i = 0; i < 30; i++) {
    await new Promise<void>((resolve) => void env.scheduler.after(env.random.below(10), resolve))
    connection.write([Buffer.from(`${name} ${i} `), env.random.bytes(env.random.below(200))])
  }
  connection.end()
}

/** Two clients and a server, with slow and failing disks, a cut, a kill and a power cut. */
async function runScenario(
  seed: number,
): Promise<{ readonly trace: string; readonly hash: string; events: number }> {
  const world = new SimWorld(seed, { keepTrace: true, network: { resetChance: 0.002, maxPacketBytes: 100 } })
  const latency = { minMs: 0.1, maxMs: 2, spikeChance: 0.05, spikeMs: 20 }
  const server = world.node('server', { latency, syncErrorChance: 0.05 })
  const clients = ['a', 'b'].map((name) => world.node(name))
  const report = (error: Error): void => world.kernel.trace(`failed: ${error.message}`)
  const clientEnvs = clients.map((client) => client.boot())
  serve(server.boot()).catch(report)
  await world.kernel.run(10)
  for (const [i, env] of clientEnvs.entries()) send(env, clients[i]?.name ?? '').catch(report)
  await world.kernel.run(60)
  world.fabric.cut('a', 'server')
  await world.kernel.run(90)
  world.fabric.heal()
  await world.kernel.run(120)
  server.crash()
  await world.kernel.run(180)
  serve(server.boot()).catch(report)
  for (const [i, env] of clientEnvs.entries()) send(env, clients[i]?.name ?? '').catch(report)
  await world.kernel.run(250)
  clients[0]?.kill()
  await world.kernel.run(20_000)
  const { traceLines } = world.kernel
  return { trace: traceLines.join(''), hash: world.kernel.traceHash(), events: traceLines.length }
}

describe('the simulation', () => {
  it('does the same for the same seed, byte for byte, and something else for another', async () => {
    const hashes = new Set<string>()
    let traces = ''
    for (const seed of [1, 2, 3, 4]) {
      const first = await runScenario(seed)
      const second = await runScenario(seed)
      assert.equal(second.trace, first.trace)
      assert.equal(second.hash, first.hash)
      assert.ok(first.events > 500, `only ${first.events} lines`)
      traces += first.trace
      hashes.add(first.hash)
    }
    assert.equal(hashes.size, 4)
    for (const sign of ['EIO', 'received', 'ok', 'is killed', 'linger', 'failed: ']) {
      assert.ok(traces.includes(sign), `the scenario never came to: ${sign}`)
    }
  })

  it('gives the product other randomness after a restart, but the same for the same seed', () => {
    const drawn = [7, 7, 8].map((seed) => {
      const node = new SimWorld(seed).node('a')
      const first = node.boot().random.bytes(16).toString('hex')
      node.kill()
      return [first, node.boot().random.bytes(16).toString('hex')]
    })
    assert.deepEqual(drawn[0], drawn[1])
    assert.equal(new Set(drawn.flat()).size, 4)
  })
})
