// What every network must do, run against the real one (both ways of reading) and the simulated one.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection, ConnectionEvents, Listener, Network } from './network.ts'
import { createNodeNetwork } from './node/network.ts'
import { SimWorld } from './sim/world.ts'

type Scenario = (network: Network) => Promise<void>

const worlds: readonly { name: string; run: (scenario: Scenario) => Promise<void> }[] = [
  { name: 'node, direct reads', run: (scenario) => scenario(createNodeNetwork({ directReads: true })) },
  { name: 'node, copied reads', run: (scenario) => scenario(createNodeNetwork({ directReads: false })) },
  ...[1, 2, 3].map((seed) => ({
    name: `simulated, seed ${seed}`,
    run: async (scenario: Scenario) => {
      const world = new SimWorld(seed)
      await world.kernel.settle(scenario(world.node('a').boot().network))
    },
  })),
]

/** An end that collects what it receives and lets a test wait for a state. */
class Recorder implements ConnectionEvents {
  readonly chunks: Buffer[] = []
  readonly log: string[] = []
  size = 0
  error: Error | null = null
  onReceived: (size: number) => void = () => {}
  readonly #view: Buffer
  #waiting: { readonly test: () => boolean; readonly resolve: () => void }[] = []

  constructor(viewSize = 1000) {
    this.#view = Buffer.alloc(viewSize)
  }

  target(): Uint8Array {
    return this.#view
  }

  received(size: number): void {
    assert.ok(size > 0 && size <= this.#view.length)
    this.chunks.push(Buffer.from(this.#view.subarray(0, size)))
    this.size += size
    this.onReceived(size)
    this.#check()
  }

  drained(): void {
    this.#note('drained')
  }

  ended(): void {
    this.#note('ended')
  }

  closed(error: Error | null): void {
    assert.ok(!this.log.includes('closed'), 'closed comes once')
    this.error = error
    this.#note('closed')
  }

  until(test: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ test, resolve })
      this.#check()
    })
  }

  saw(event: string): Promise<void> {
    return this.until(() => this.log.includes(event))
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  #note(event: string): void {
    assert.ok(!this.log.includes('closed'), `${event} after closed`)
    this.log.push(event)
    this.#check()
  }

  #check(): void {
    this.#waiting = this.#waiting.filter(({ test, resolve }) => {
      if (!test()) return true
      resolve()
      return false
    })
  }
}

interface Pair {
  readonly listener: Listener
  readonly client: Connection
  readonly server: Connection
}

async function connected(network: Network): Promise<Pair> {
  const accepted = Promise.withResolvers<Connection>()
  let first = true
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    if (first) accepted.resolve(connection)
    else connection.destroy()
    first = false
  })
  const client = await network.connect('127.0.0.1', listener.port, { timeoutMs: 10_000 })
  return { listener, client, server: await accepted.promise }
}

function pattern(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size)
  let state = seed
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    bytes[i] = state >>> 16
  }
  return bytes
}

for (const { name, run } of worlds) {
  const scenario = (title: string, body: Scenario) => it(title, () => run(body))

  describe(`network: ${name}`, { timeout: 60_000 }, () => {
    scenario('tells both ends their addresses', async (network) => {
      const { listener, client, server } = await connected(network)
      assert.equal(server.remoteAddress, '127.0.0.1')
      assert.equal(server.localAddress, '127.0.0.1')
      assert.equal(server.localPort, listener.port)
      assert.equal(client.remotePort, listener.port)
      assert.equal(client.localPort, server.remotePort)
      assert.equal(server.tls, null)
      client.destroy()
      server.destroy()
      await listener.close()
    })

    scenario('carries large writes across many reads, both ways, in order', async (network) => {
      const { listener, client, server } = await connected(network)
      const [up, down] = [pattern(3_000_001, 3), pattern(2_000_003, 4)]
      const atServer = new Recorder(64 * 1024)
      const atClient = new Recorder(5000)
      server.start(atServer)
      client.start(atClient)
      let sent = 0
      client.write([up.subarray(0, 1_000_000), up.subarray(1_000_000)], () => sent++)
      server.write([down], () => sent++)
      await atServer.until(() => atServer.size === up.length)
      await atClient.until(() => atClient.size === down.length)
      assert.ok(atServer.bytes().equals(up))
      assert.ok(atClient.bytes().equals(down))
      assert.ok(atServer.chunks.length > 40)
      client.end()
      await atServer.saw('ended')
      server.end()
      await Promise.all([atServer.saw('closed'), atClient.saw('closed')])
      assert.equal(sent, 2)
      assert.deepEqual([atServer.error, atClient.error], [null, null])
      await listener.close()
    })

    scenario(
      'carries ten thousand small messages and calls sent once for each, in order',
      async (network) => {
        const { listener, client, server } = await connected(network)
        const atServer = new Recorder()
        server.start(atServer)
        const expected: Buffer[] = []
        const sent: number[] = []
        for (let i = 0; i < 10_000; i++) {
          const message = [pattern(3, i), Buffer.alloc(0), pattern(i % 17, i + 1)]
          expected.push(...message)
          client.write(message, () => sent.push(i))
        }
        const all = Buffer.concat(expected)
        await atServer.until(() => atServer.size === all.length)
        assert.ok(atServer.bytes().equals(all))
        const atClient = new Recorder()
        client.start(atClient)
        server.end()
        client.end()
        await Promise.all([atServer.saw('closed'), atClient.saw('closed')])
        assert.deepEqual(
          sent,
          Array.from({ length: 10_000 }, (_, i) => i),
        )
        await listener.close()
      },
    )

    scenario('reads nothing before start and nothing while paused', async (network) => {
      const { listener, client, server } = await connected(network)
      const bytes = pattern(3_000_000)
      const atClient = new Recorder()
      client.start(atClient)
      const accepted = client.write([bytes])
      const atServer = new Recorder(1000)
      // Pausing inside `received` holds back even what was read together with these bytes.
      let pauses = 0
      atServer.onReceived = () => {
        if (atServer.size < pauses * 300_000 + 1) return
        pauses++
        server.pause()
        const size = atServer.size
        const probe = new Recorder()
        void network.connect('127.0.0.1', listener.port).then((connection) => {
          // Opening and closing another connection takes a while, in which the paused one must stay silent.
          connection.start(probe)
          connection.end()
          return probe.saw('closed').then(() => {
            assert.equal(atServer.size, size)
            server.resume()
          })
        })
      }
      server.start(atServer)
      await atServer.until(() => atServer.size === bytes.length)
      assert.ok(atServer.bytes().equals(bytes))
      assert.equal(pauses, 10)
      if (!accepted) assert.deepEqual(atClient.log, ['drained'])
      client.destroy()
      server.destroy()
      await listener.close()
    })

    scenario('keeps what arrives before start, at either end', async (network) => {
      const { listener, client, server } = await connected(network)
      const [up, down] = [pattern(500, 1), pattern(600, 2)]
      client.write([up])
      server.write([down])
      // A connection that is made and refused meanwhile gives the bytes time to arrive.
      const probe = new Recorder()
      const other = await network.connect('127.0.0.1', listener.port)
      other.start(probe)
      await probe.until(() => probe.log.length > 0)
      other.destroy()
      const [atClient, atServer] = [new Recorder(), new Recorder()]
      client.start(atClient)
      server.start(atServer)
      await atClient.until(() => atClient.size === down.length)
      await atServer.until(() => atServer.size === up.length)
      assert.ok(atClient.bytes().equals(down))
      assert.ok(atServer.bytes().equals(up))
      server.end()
      client.end()
      await atClient.saw('closed')
      await listener.close()
    })

    scenario('pending output grows when the peer does not read, and drains when it does', async (network) => {
      const { listener, client, server } = await connected(network)
      const atClient = new Recorder()
      client.start(atClient)
      const chunk = pattern(1_000_000)
      let written = 0
      while (client.write([chunk])) written += chunk.length
      written += chunk.length
      while (client.pendingBytes < 4_000_000) {
        assert.equal(client.write([chunk]), false)
        written += chunk.length
      }
      assert.ok(!atClient.log.includes('drained'))
      const atServer = new Recorder(64 * 1024)
      server.start(atServer)
      await atClient.saw('drained')
      assert.equal(client.pendingBytes, 0)
      await atServer.until(() => atServer.size === written)
      assert.equal(atClient.log.length, 1)
      client.destroy()
      server.destroy()
      await listener.close()
    })

    scenario('destroy calls sent for pending writes, and later writes are dropped', async (network) => {
      const { listener, client, server } = await connected(network)
      const atClient = new Recorder()
      client.start(atClient)
      const sent: number[] = []
      const allSent = Promise.withResolvers<void>()
      const onSent = (index: number) => () => {
        sent.push(index)
        if (sent.length === 21) allSent.resolve()
      }
      for (let i = 0; i < 20; i++) client.write([pattern(1_000_000)], onSent(i))
      assert.ok(client.pendingBytes > 0)
      client.destroy()
      assert.equal(client.write([pattern(10)], onSent(99)), false)
      await atClient.saw('closed')
      await allSent.promise
      assert.deepEqual(
        sent.toSorted((a, b) => a - b),
        [...Array.from({ length: 20 }, (_, i) => i), 99],
      )
      assert.equal(atClient.error, null)
      const atServer = new Recorder(64 * 1024)
      server.start(atServer)
      await atServer.until(() => atServer.log.length > 0)
      server.destroy()
      await atServer.saw('closed')
      client.destroy()
      client.end()
      client.pause()
      client.resume()
      await listener.close()
    })

    scenario('a peer that ended its side can still be answered', async (network) => {
      const { listener, client, server } = await connected(network)
      const atServer = new Recorder()
      const atClient = new Recorder()
      client.start(atClient)
      server.start(atServer)
      server.write([pattern(100_000)])
      server.end()
      await atClient.saw('ended')
      assert.equal(atClient.size, 100_000)
      // The server reads on, into nothing, so that these bytes do not make it reset the connection.
      let sent = 0
      client.write([pattern(200_000)], () => sent++)
      client.end()
      await Promise.all([atClient.saw('closed'), atServer.saw('closed')])
      assert.equal(sent, 1)
      assert.deepEqual([atClient.error, atServer.error, atServer.size], [null, null, 0])
      await listener.close()
    })

    scenario('end closes although the peer never ends', async (network) => {
      const { listener, client, server } = await connected(network)
      const atClient = new Recorder()
      const atServer = new Recorder()
      client.start(atClient)
      server.start(atServer)
      client.write([pattern(10)])
      client.end()
      await atServer.saw('ended')
      await atClient.saw('closed')
      assert.equal(atServer.size, 10)
      server.destroy()
      await atServer.saw('closed')
      await listener.close()
    })

    scenario('a connection that is gone before start still says closed', async (network) => {
      const { listener, client, server } = await connected(network)
      server.destroy()
      client.destroy()
      const atServer = new Recorder()
      server.start(atServer)
      await atServer.saw('closed')
      assert.deepEqual(atServer.log, ['closed'])
      await listener.close()
    })

    scenario('closing the listener keeps its connections and frees the port', async (network) => {
      const { listener, client, server } = await connected(network)
      await listener.close()
      await listener.close()
      const again = await network.listen({ host: '127.0.0.1', port: listener.port }, () => {})
      const atServer = new Recorder()
      server.start(atServer)
      client.write([pattern(5)])
      await atServer.until(() => atServer.size === 5)
      client.destroy()
      server.destroy()
      await again.close()
    })

    scenario('failures to listen and to connect keep their system code', async (network) => {
      const listener = await network.listen({ host: '127.0.0.1', port: 0 }, () => {})
      const taken = network.listen({ host: '127.0.0.1', port: listener.port }, () => {})
      await assert.rejects(taken, { code: 'EADDRINUSE' })
      await listener.close()
      await assert.rejects(network.connect('127.0.0.1', listener.port), { code: 'ECONNREFUSED' })
    })
  })
}
