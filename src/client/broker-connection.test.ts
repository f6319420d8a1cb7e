import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection } from '../env/network.ts'
import { nodeEnv } from '../env/node/env.ts'
import { ClusterClient } from './cluster-client.ts'

const env = nodeEnv()

describe('the client without a server', () => {
  it('says at once that nobody listens', async () => {
    const free = await env.network.listen({ host: '127.0.0.1', port: 0 }, (connection) =>
      connection.destroy(),
    )
    const { port } = free
    await free.close()
    await using lonely = new ClusterClient(env, [{ host: '127.0.0.1', port }])
    const message = `nothing listens on 127.0.0.1:${port} (ECONNREFUSED)`
    await assert.rejects(lonely.metadata(null), { name: 'ConnectionError', failure: 'refused', message })
  })

  it('gives up on a peer that accepts and never answers', async () => {
    const accepted: Connection[] = []
    await using silent = await env.network.listen({ host: '127.0.0.1', port: 0 }, (connection) =>
      accepted.push(connection),
    )
    await using lonely = new ClusterClient(env, [silent], { connectTimeoutMs: 50 })
    // The client's timers do not keep the process alive, as those of a server's parts must not either.
    const keepAlive = setInterval(() => undefined, 1000)
    await assert.rejects(lonely.metadata(null), { name: 'ConnectionError', failure: 'timeout' })
    clearInterval(keepAlive)
    for (const connection of accepted) connection.destroy()
  })

  it('refuses a frame that is larger than it takes, such as the answer of an HTTP server', async () => {
    await using http = await env.network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
      connection.write([Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')])
    })
    await using lonely = new ClusterClient(env, [http])
    await assert.rejects(lonely.metadata(null), { errorName: 'INVALID_REQUEST' })
  })
})
