import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { openTestHttp, parsed, type AnswerOf, type TestHttp } from '../../../test/support/test-http.ts'
import type { Problem } from './problem.ts'
import type { readAnswer } from './schemas/record-schemas.ts'

/** Sends bytes as they are and collects what comes back until the server closes. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  socket.write(bytes)
  await once(socket, 'close')
  return answer
}

function waitingReads(http: TestHttp): number {
  return http.broker.brokerMetrics.waitingFetches.value
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('the HTTP server', () => {
  let http: TestHttp
  before(async () => (http = await openTestHttp()))
  after(() => http[Symbol.asyncDispose]())

  it('answers with security headers, and allows no other origin', async () => {
    const { headers } = await http.fetch('/livez', { headers: { origin: 'https://example.com' } })
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.equal(headers.get('access-control-allow-origin'), null)
  })

  it('refuses other host names on loopback, and takes those of this machine', async () => {
    const status = async (host: string): Promise<number> => {
      const answer = await raw(http.port, `GET /livez HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
      return Number(answer.split(' ', 2)[1])
    }
    for (const host of ['localhost', `localhost:${http.port}`, '127.0.0.1:1', '[::1]:80', 'LOCALHOST']) {
      assert.equal(await status(host), 200, host)
    }
    for (const host of [
      'example.com',
      'localhost.example.com',
      '127.0.0.1.example.com',
      'localhost@example.com',
      '10.0.0.1',
      '',
    ]) {
      assert.equal(await status(host), 403, host)
    }
    assert.match(await raw(http.port, 'GET /livez HTTP/1.0\r\n\r\n'), / 200 /)
  })

  it('answers unknown paths with 404 and other methods with 405 and what is allowed', async () => {
    assert.equal((await http.problem(404, '/api/v1/nothing')).code, 'ROUTE_NOT_FOUND')
    assert.match((await http.problem(404, '/api/v1/topic')).detail, /did you mean "\/api\/v1\/topics"/)
    const response = await http.fetch('/api/v1/topics/x/records', { method: 'DELETE' })
    assert.equal(response.status, 405)
    assert.equal(response.headers.get('allow'), 'GET, HEAD, POST')
    assert.equal((await http.problem(405, '/livez', { method: 'POST' })).code, 'METHOD_NOT_ALLOWED')
    assert.equal((await http.problem(400, '/api/v1/topics/%zz')).code, 'MALFORMED_REQUEST')
  })

  it('answers HEAD like GET without a body', async () => {
    const response = await http.fetch('/api/v1/topics', { method: 'HEAD' })
    assert.equal(response.status, 200)
    assert.equal(await response.text(), '')
  })

  it('says so when the bytes are no HTTP', async () => {
    const answer = await raw(http.port, 'GET / HTTP/9.9\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 400 /)
    assert.match(answer, /"code":"MALFORMED_REQUEST"/)
  })

  it('counts requests by route, and never by path', async () => {
    await http.fetch('/api/v1/topics/some-name-or-other')
    await http.fetch('/some-path-or-other')
    const text = await (await http.fetch('/metrics')).text()
    assert.match(
      text,
      /chronik_http_requests_total\{method="GET",route="\/api\/v1\/topics\/:name",status="404"\} \d/,
    )
    assert.match(text, /chronik_http_requests_total\{method="GET",route="none",status="404"\} \d/)
    assert.match(text, /chronik_connections_total\{listener="http"\} \d/)
    assert.doesNotMatch(text, /or-other/)
  })
})

describe('the limits of the HTTP server', () => {
  it('refuses requests beyond the limit, but for probes', async () => {
    await using http = await openTestHttp({ requests: 1 })
    await http.send('POST', '/api/v1/topics', { name: 'one' })
    const waiting = http.get<AnswerOf<typeof readAnswer>>('/api/v1/topics/one/records?waitMs=20000')
    await until(() => waitingReads(http) === 1)
    const refused = await http.fetch('/api/v1/topics')
    assert.equal(refused.status, 503)
    assert.equal(refused.headers.get('retry-after'), '1')
    assert.equal(parsed<Problem>(await refused.text()).code, 'OVERLOADED')
    assert.equal((await http.fetch('/livez')).status, 200)
    await http.server.close()
    assert.deepEqual((await waiting).records, [])
  })

  it('lets a slow body and a slow head go', async () => {
    await using http = await openTestHttp({ bodyMs: 20, headersMs: 20 })
    await http.fetch('/livez')
    const body =
      'POST /api/v1/topics HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{'
    assert.equal(await raw(http.port, body), '')
    assert.match(
      await raw(http.port, 'GET /livez HTTP/1.1\r\nhost: loc'),
      /^HTTP\/1\.1 400 [^]*took too long/,
    )
  })

  it('closes connections that are silent', async () => {
    await using http = await openTestHttp({ idleMs: 20 })
    assert.equal(await raw(http.port, ''), '')
  })
})

describe('the stop of the HTTP server', () => {
  it('ends waiting reads with what they have, closes idle connections, and takes no new ones', async () => {
    const http = await openTestHttp()
    await http.send('POST', '/api/v1/topics', { name: 'one' })
    const waiting = http.get<AnswerOf<typeof readAnswer>>('/api/v1/topics/one/records?waitMs=20000')
    await until(() => waitingReads(http) === 1)
    await http.server.close()
    assert.deepEqual((await waiting).records, [])
    await assert.rejects(http.fetch('/livez'))
    await http[Symbol.asyncDispose]()
  })

  it('cuts off what is left when the grace is over', async () => {
    const http = await openTestHttp()
    await http.send('POST', '/api/v1/topics', { name: 'one' })
    const headers = { 'content-type': 'application/x-ndjson' }
    const endless = request({ port: http.port, path: '/api/v1/topics/one/records', method: 'POST', headers })
    const ended = once(endless, 'error')
    endless.write('{"value":1}\n')
    await until(() => http.broker.metrics.gauge('chronik_http_requests_active').value === 1)
    await http.server.close(1)
    await ended
    await http[Symbol.asyncDispose]()
  })

  it('can be stopped before the first request, and twice', async () => {
    const http = await openTestHttp()
    await Promise.all([http.server.close(), http.server.close()])
    await http[Symbol.asyncDispose]()
  })
})
