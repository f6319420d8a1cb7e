// What only the real network does. What it shares with the simulated one is in ../network.test.ts.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import { describe, it } from 'node:test'
import tls from 'node:tls'
import type { Connection, ConnectionEvents, ListenOptions, Listener, TlsSettings } from '../network.ts'
import { normalAddress } from './connection.ts'
import { createNodeNetwork } from './network.ts'
import { distinguishedName } from './tls.ts'

interface End {
  readonly connection: Connection
  readonly views: Uint8Array[]
  received: string
  readonly ended: Promise<void>
  readonly closed: Promise<Error | null>
}

function started(connection: Connection): End {
  const ended = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<Error | null>()
  const end: End = { connection, views: [], received: '', ended: ended.promise, closed: closed.promise }
  const events: ConnectionEvents = {
    target() {
      const view = new Uint8Array(100)
      end.views.push(view)
      return view
    },
    received: (size) => (end.received += Buffer.from(end.views.at(-1) ?? []).toString('latin1', 0, size)),
    drained: () => {},
    ended: ended.resolve,
    closed: closed.resolve,
  }
  connection.start(events)
  return end
}

interface Served {
  readonly listener: Listener
  readonly accepted: Promise<End>
  readonly rejected: Promise<{ readonly remoteAddress: string; readonly error: Error }>
}

async function serve(options: Partial<ListenOptions> = {}, directReads = true): Promise<Served> {
  const accepted = Promise.withResolvers<End>()
  const rejected = Promise.withResolvers<{ readonly remoteAddress: string; readonly error: Error }>()
  const onRejected = (remoteAddress: string, error: Error): void => rejected.resolve({ remoteAddress, error })
  const listener = await createNodeNetwork({ directReads }).listen(
    { host: '127.0.0.1', port: 0, onRejected, ...options },
    (connection) => accepted.resolve(started(connection)),
  )
  return { listener, accepted: accepted.promise, rejected: rejected.promise }
}

const fixtures = new URL('../../../test/fixtures/tls/', import.meta.url)

function fixture(name: string): Buffer {
  return fs.readFileSync(new URL(name, fixtures))
}

function tlsSettings(more: Partial<TlsSettings> = {}): TlsSettings {
  return {
    certificate: fixture('server.crt'),
    key: fixture('server.key'),
    ca: fixture('ca.crt'),
    clientAuth: 'none',
    minVersion: 'TLSv1.2',
    ...more,
  }
}

describe('addresses', () => {
  it('of IPv4 peers look like IPv4', async () => {
    assert.equal(normalAddress('::ffff:1.2.3.4'), '1.2.3.4')
    assert.equal(normalAddress('1.2.3.4'), '1.2.3.4')
    assert.equal(normalAddress('::1'), '::1')
    assert.equal(normalAddress('::ffff:0:1'), '::ffff:0:1')
  })
})

for (const directReads of [true, false]) {
  describe(`the real network, ${directReads ? 'direct' : 'copied'} reads`, { timeout: 30_000 }, () => {
    it('asks for a target before every read and fills just that', async () => {
      const { listener, accepted } = await serve({}, directReads)
      const client = net.connect(listener.port, '127.0.0.1')
      client.write('first')
      const end = await accepted
      while (end.received !== 'first') await new Promise((resolve) => setImmediate(resolve))
      client.end('x'.repeat(1000))
      await end.ended
      assert.equal(end.received, 'first' + 'x'.repeat(1000))
      assert.ok(end.views.length >= 11)
      // Where reads are direct, the view of the read that has not come yet is asked for already.
      const filled = directReads ? end.views.slice(0, -1) : end.views
      assert.ok(filled.every((view) => view[0] !== 0))
      end.connection.end()
      await end.closed
      await listener.close()
    })

    it('answers a client that has ended its side', async () => {
      const { listener, accepted } = await serve({}, directReads)
      const client = net.connect({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true })
      client.end('question')
      const end = await accepted
      await end.ended
      assert.equal(end.received, 'question')
      end.connection.write([Buffer.from('ans'), Buffer.from('wer')])
      end.connection.end()
      let answer = ''
      client.on('data', (bytes) => (answer += bytes.toString()))
      await once(client, 'close')
      assert.equal(answer, 'answer')
      assert.equal(await end.closed, null)
      await listener.close()
    })

    it('tells a reset by its error, once', async () => {
      const { listener, accepted } = await serve({}, directReads)
      const client = net.connect(listener.port, '127.0.0.1')
      client.write('x')
      const end = await accepted
      client.resetAndDestroy()
      const error = await end.closed
      assert.ok(error !== null && 'code' in error)
      assert.equal(error.code, 'ECONNRESET')
      let sent = 0
      assert.equal(
        end.connection.write([Buffer.from('late')], () => sent++),
        false,
      )
      end.connection.pause()
      end.connection.resume()
      end.connection.end()
      end.connection.destroy()
      await new Promise((resolve) => setImmediate(resolve))
      assert.equal(sent, 1)
      await listener.close()
    })
  })
}

describe('the real network', { timeout: 30_000 }, () => {
  it('gives up connecting after the timeout', async () => {
    const network = createNodeNetwork({ directReads: true })
    const blackHole = network.connect('192.0.2.1', 9, { timeoutMs: 50 })
    // The address is for documentation only (RFC 5737). Without a route to anywhere the system refuses at once.
    await assert.rejects(blackHole, (error: NodeJS.ErrnoException) =>
      ['ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED'].includes(error.code ?? ''),
    )
  })

  it('says why it cannot listen', async () => {
    await assert.rejects(serve({ host: '203.0.113.1' }), { code: 'EADDRNOTAVAIL' })
  })
})

/** A client sends much, the server answers a little, and both end. Rejects when the client was rejected. */
async function exchange(settings: TlsSettings, options: tls.ConnectionOptions): Promise<End> {
  const { listener, accepted, rejected } = await serve({ tls: settings })
  const client = tls.connect({ port: listener.port, host: '127.0.0.1', ca: fixture('ca.crt'), ...options })
  client.on('error', () => {})
  client.end('x'.repeat(70_000))
  const outcome = await Promise.race([accepted, rejected])
  await listener.close()
  if ('error' in outcome) {
    assert.equal(outcome.remoteAddress, '127.0.0.1')
    client.destroy()
    throw outcome.error
  }
  await outcome.ended
  assert.equal(outcome.received.length, 70_000)
  outcome.connection.write([Buffer.from('bye')])
  outcome.connection.end()
  client.resume()
  assert.equal(await outcome.closed, null)
  return outcome
}

describe('TLS', { timeout: 30_000 }, () => {
  it('carries bytes and tells protocol and cipher', async () => {
    const { tls: info } = (await exchange(tlsSettings(), { maxVersion: 'TLSv1.2' })).connection
    assert.equal(info?.protocol, 'TLSv1.2')
    assert.match(info.cipher, /^TLS_ECDHE_/)
    assert.equal(info.clientSubject, null)
    const modern = await exchange(
      tlsSettings({ minVersion: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }),
      {},
    )
    assert.deepEqual(modern.connection.tls, {
      protocol: 'TLSv1.3',
      cipher: 'TLS_CHACHA20_POLY1305_SHA256',
      clientSubject: null,
    })
  })

  it('rejects a client that is too old', async () => {
    const settings = tlsSettings({ minVersion: 'TLSv1.3' })
    await assert.rejects(exchange(settings, { maxVersion: 'TLSv1.2' }), {
      code: 'ERR_SSL_UNSUPPORTED_PROTOCOL',
    })
  })

  it('rejects a client that speaks no TLS', async () => {
    const { listener, rejected } = await serve({ tls: tlsSettings() })
    const client = net.connect(listener.port, '127.0.0.1')
    client.on('error', () => {})
    client.write('GET / HTTP/1.1\r\n\r\n')
    const { remoteAddress, error } = await rejected
    assert.equal(remoteAddress, '127.0.0.1')
    assert.match(error.message, /http request/)
    client.destroy()
    await listener.close()
  })

  it('names a client by its certificate', async () => {
    const alice = { cert: fixture('client.crt'), key: fixture('client.key') }
    for (const clientAuth of ['requested', 'required'] as const) {
      const end = await exchange(tlsSettings({ clientAuth }), alice)
      assert.equal(end.connection.tls?.clientSubject, String.raw`CN=alice,OU=ops,O=Example\, Inc.`)
    }
    assert.equal((await exchange(tlsSettings(), alice)).connection.tls?.clientSubject, null)
    assert.equal(
      (await exchange(tlsSettings({ clientAuth: 'requested' }), {})).connection.tls?.clientSubject,
      null,
    )
    assert.equal(distinguishedName('C=DE\nO=a\\, b\nCN=x'), String.raw`CN=x,O=a\, b,C=DE`)
  })

  it('rejects a client without a certificate that it trusts', async () => {
    const stranger = { cert: fixture('stranger.crt'), key: fixture('stranger.key') }
    const required = tlsSettings({ clientAuth: 'required' })
    await assert.rejects(exchange(required, {}), { code: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' })
    await assert.rejects(exchange(required, stranger), Error)
    const requested = tlsSettings({ clientAuth: 'requested' })
    await assert.rejects(exchange(requested, stranger), {
      code: 'ERR_TLS_CLIENT_CERTIFICATE',
      message: /not trusted/,
    })
  })
})
