import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AnswerOf, openTestHttp } from '../../../../test/support/test-http.ts'
import type { clusterActivity } from '../schemas/server-schemas.ts'

type Answer = AnswerOf<typeof clusterActivity>

test('what was written shows up as a rate', async () => {
  await using http = await openTestHttp()
  await http.send('POST', '/api/v1/topics', { name: 'one' })
  await http.send('POST', '/api/v1/topics/one/records', { records: [{ value: 'a' }, { value: 'b' }] })
  const deadline = Date.now() + 20_000
  for (;;) {
    const { periodMs, samples } = await http.get<Answer>('/api/v1/cluster/activity')
    assert.equal(periodMs, 2000)
    const written = samples.reduce((sum, { recordsIn }) => sum + recordsIn, 0)
    if (written > 0) {
      assert.ok(samples.every(({ lag, errors }) => lag === 0 && errors === 0))
      assert.ok(samples.some(({ bytesIn }) => bytesIn > 0))
      return
    }
    assert.ok(Date.now() < deadline, 'no sample tells of the records')
    await sleep(200)
  }
})
