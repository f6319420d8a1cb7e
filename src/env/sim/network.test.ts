// What only a simulated network does: faults between machines. What it shares with the real one is in ../network.test.ts.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection, ConnectionEvents } from '../network.ts'
import type { SimNode } from './node.ts'
import { SimWorld } from './world.ts'
import type { WorldOptions } from './world.ts'

interface End {
  readonly connection: Connection
  readonly log: string[]
  received: string
}

function started(connection: Connection): End {
  const view = Buffer.alloc(1000)
  const end: End = { connection, log: [], received: '' }
  const events: ConnectionEvents = {
    target: () => view,
    received: (size) => (end.received += view.toString('latin1', 0, size)),
    drained: () => end.log.push('drained'),
    ended: () => end.log.push('ended'),
    closed: (error) => end.log.push(error === null ? 'closed' : `closed: ${error.message}`),
  }
  connection.start(events)
  return end
}

async function connectedMachines(seed: number, options: WorldOptions = {}) {
  const world = new SimWorld(seed, options)
  const [a, b]: [SimNode, SimNode] = [world.node('a'), world.node('b')]
  const [envA, envB] = [a.boot(), b.boot()]
  const accepted = Promise.withResolvers<Connection>()
  await world.kernel.settle(envB.network.listen({ host: '0.0.0.0', port: 9092 }, accepted.resolve))
  const client = started(await world.kernel.settle(envA.network.connect('b', 9092)))
  const server = started(await accepted.promise)
  return { world, a, b, envA, client, server }
}

describe('the simulated network', () => {
  it('knows machines by name and address', async () => {
    const { world, envA, client, server } = await connectedMachines(1)
    assert.equal(client.connection.remoteAddress, '10.0.0.2')
    assert.equal(server.connection.remoteAddress, '10.0.0.1')
    await world.kernel.settle(envA.network.connect('10.0.0.2', 9092))
    await assert.rejects(world.kernel.settle(envA.network.connect('c', 9092)), { code: 'ENOTFOUND' })
    await assert.rejects(world.kernel.settle(envA.network.connect('127.0.0.1', 9092)), {
      code: 'ECONNREFUSED',
    })
  })

  it('delivers in order however it splits, with the latency it was given', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const options = { network: { minLatencyMs: 10, maxLatencyMs: 50, maxPacketBytes: 7 } }
      const { world, client, server } = await connectedMachines(seed, options)
      let sent = ''
      for (let i = 0; i < 50; i++) {
        sent += `message ${i} `
        client.connection.write([Buffer.from(`message ${i} `)])
      }
      await world.kernel.run(world.kernel.nowMs + 9)
      assert.equal(server.received, '')
      await world.kernel.run()
      assert.equal(server.received, sent)
    }
  })

  it('holds back what goes through a cut, in that direction only, until it heals', async () => {
    const { world, envA, client, server } = await connectedMachines(2)
    world.fabric.cut('a', 'b')
    client.connection.write([Buffer.from('one')])
    server.connection.write([Buffer.from('two')])
    await world.kernel.run()
    assert.deepEqual([client.received, server.received], ['two', ''])
    const failing = assert.rejects(envA.network.connect('b', 9092, { timeoutMs: 3000 }), {
      code: 'ETIMEDOUT',
    })
    await world.kernel.settle(failing)
    client.connection.write([Buffer.from(' three')])
    const healed = envA.network.connect('b', 9092, { timeoutMs: 3000 })
    await world.kernel.run(world.kernel.nowMs + 500)
    world.fabric.heal()
    await world.kernel.settle(healed)
    await world.kernel.run()
    assert.equal(server.received, 'one three')
  })

  it('resets connections of a machine, or at random', async () => {
    const { world, client, server } = await connectedMachines(3)
    world.fabric.reset('a')
    await world.kernel.run()
    assert.deepEqual([client.log, server.log], [['closed: read ECONNRESET'], ['closed: read ECONNRESET']])
    let resets = 0
    for (let seed = 1; seed <= 20; seed++) {
      const { world, client, server } = await connectedMachines(seed, { network: { resetChance: 0.1 } })
      for (let i = 0; i < 5; i++) {
        client.connection.write([Buffer.from('x')])
        await world.kernel.run()
      }
      if (server.log.includes('closed: read ECONNRESET')) resets++
    }
    assert.ok(resets > 0 && resets < 20)
  })

  it('holds at most a window for a peer that does not read', async () => {
    const { world, client, server } = await connectedMachines(4, { network: { windowBytes: 10_000 } })
    server.connection.pause()
    client.connection.write([Buffer.alloc(50_000)])
    await world.kernel.run()
    assert.equal(client.connection.pendingBytes, 40_000)
    server.connection.resume()
    await world.kernel.run()
    assert.deepEqual([client.connection.pendingBytes, server.received.length], [0, 50_000])
  })

  it('ends the connections of a killed process, and resets where input was unread', async () => {
    const { world, b, client, server } = await connectedMachines(5)
    b.kill()
    await world.kernel.run()
    assert.deepEqual([client.log, server.log], [['ended'], []])
    client.connection.write([Buffer.from('anyone?')])
    await world.kernel.run()
    assert.deepEqual(client.log, ['ended', 'closed: read ECONNRESET'])
    const other = await connectedMachines(6)
    other.server.connection.pause()
    other.client.connection.write([Buffer.from('unread')])
    await other.world.kernel.run()
    other.b.kill()
    await other.world.kernel.run()
    assert.deepEqual(other.client.log, ['closed: read ECONNRESET'])
  })

  it('is silent after a power cut until the machine is back and knows nothing', async () => {
    const { world, b, envA, client } = await connectedMachines(7)
    b.crash()
    client.connection.write([Buffer.from('anyone?')])
    await world.kernel.run()
    assert.deepEqual(client.log, [])
    const failing = assert.rejects(envA.network.connect('b', 9092), { code: 'ETIMEDOUT' })
    await world.kernel.settle(failing)
    b.boot()
    await world.kernel.run()
    assert.deepEqual(client.log, ['closed: read ECONNRESET'])
    await assert.rejects(world.kernel.settle(envA.network.connect('b', 9092)), { code: 'ECONNREFUSED' })
  })

  it('refuses what it does not simulate', async () => {
    const world = new SimWorld(1)
    const tls = { certificate: '', key: '', clientAuth: 'none', minVersion: 'TLSv1.3' } as const
    const listening = world
      .node('a')
      .boot()
      .network.listen({ host: '0.0.0.0', port: 1, tls }, () => {})
    await assert.rejects(world.kernel.settle(listening), /no TLS/)
  })
})
