import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { elementAt, openTestHttp, type AnswerOf, type TestHttp } from '../../../../test/support/test-http.ts'
import type { clusterDetail, readiness } from '../schemas/server-schemas.ts'

describe('probes, metrics and the start page', () => {
  let http: TestHttp
  before(async () => (http = await openTestHttp({}, { consoleFolder: '/nowhere/' })))
  after(() => http[Symbol.asyncDispose]())

  it('is alive', async () => {
    assert.equal(await (await http.fetch('/livez')).text(), 'ok\n')
  })

  it('is ready when the server and the disk are, and says what is not', async () => {
    const ready = await http.get<AnswerOf<typeof readiness>>('/readyz')
    assert.equal(ready.ready, true)
    assert.deepEqual(
      ready.checks.map(({ check }) => check),
      ['server', 'disk', 'partitions'],
    )
    http.readiness = { ready: false, reasons: ['shutting down', 'groups are being loaded'] }
    const problem = await http.problem(503, '/readyz')
    assert.equal(problem.code, 'NOT_READY')
    assert.equal(problem.detail, 'shutting down; groups are being loaded')
    assert.equal(problem.errors?.[0]?.at, 'server')
    assert.equal((await http.fetch('/livez')).status, 200)
    http.readiness = { ready: true, reasons: [] }
  })

  it('shows metrics in the format that is asked for', async () => {
    const plain = await http.fetch('/metrics')
    assert.match(plain.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    assert.match(await plain.text(), /^# HELP /)
    const open = await http.fetch('/metrics', { headers: { accept: 'application/openmetrics-text' } })
    assert.match(open.headers.get('content-type') ?? '', /^application\/openmetrics-text; version=1\.0\.0/)
    assert.match(await open.text(), /# EOF\n$/)
  })

  it('links what there is, and everything that it links is there', async () => {
    const page = await http.fetch('/', { headers: { accept: 'text/html' } })
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
    const links = [...(await page.text()).matchAll(/href="([^"]+)"/g)].map(([, href]) => href ?? '')
    assert.ok(links.length >= 7)
    for (const link of links) assert.equal((await http.fetch(link)).status, 200, link)
    const text = await (await http.fetch('/')).text()
    for (const link of links) assert.ok(text.includes(`${http.url}${link}`), link)
  })

  it('describes the cluster', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'one', partitions: 4 })
    const cluster = await http.get<AnswerOf<typeof clusterDetail>>('/api/v1/cluster')
    assert.equal(cluster.clusterId, http.broker.clusterId)
    assert.equal(cluster.nodeId, 1)
    assert.equal(elementAt(cluster.brokers, 0).nodeId, 1)
    assert.equal(elementAt(elementAt(cluster.brokers, 0).endpoints, 0).listener, 'PLAINTEXT')
    assert.equal(cluster.partitionCount, 4)
  })
})
