import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  elementAt,
  jsonInit,
  openTestHttp,
  type AnswerOf,
  type TestHttp,
} from '../../../../test/support/test-http.ts'
import type { compacted, compactionStatus } from '../schemas/compaction-schemas.ts'

type Status = AnswerOf<typeof compactionStatus>
type Compacted = AnswerOf<typeof compacted>

describe('compaction over HTTP', () => {
  let http: TestHttp
  before(async () => (http = await openTestHttp()))
  after(() => http[Symbol.asyncDispose]())

  it('compacts a topic when asked, and tells what it did', async () => {
    await http.send('POST', '/api/v1/topics', {
      name: 'prices',
      partitions: 1,
      configs: { 'cleanup.policy': 'compact' },
    })
    for (let i = 0; i < 30; i++)
      await http.send('POST', '/api/v1/topics/prices/records', { records: [{ key: `k${i % 3}`, value: i }] })
    const done = await http.send<Compacted>('POST', '/api/v1/topics/prices/compact', {})
    const report = elementAt(done.partitions, 0)
    assert.deepEqual([report.recordsRead, report.recordsKept], [30, 3])
    assert.ok(report.bytesAfter < report.bytesBefore)
    const status = await http.get<Status>('/api/v1/compaction?topic=prices')
    assert.equal(elementAt(status.partitions, 0).cleanedOffset, 30)
    assert.equal(elementAt(status.partitions, 0).last?.recordsKept, 3)
  })

  it('refuses a topic that is not compacted, and one that is not there', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'plain', partitions: 1 })
    const refused = await http.problem(400, '/api/v1/topics/plain/compact', jsonInit('POST', {}))
    assert.equal(refused.code, 'INVALID_REQUEST')
    assert.match(refused.detail, /cleanup.policy has no "compact"/)
    await http.problem(404, '/api/v1/topics/nowhere/compact', jsonInit('POST', {}))
    assert.ok(
      !(await http.get<Status>('/api/v1/compaction')).partitions.some(({ topic }) => topic === 'plain'),
    )
  })
})
