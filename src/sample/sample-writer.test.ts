import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeEnv } from '../env/node/env.ts'
import { startChronik } from '../../test/support/chronik-process.ts'
import { SampleWriter } from './sample-writer.ts'

interface TopicList {
  readonly topics: readonly { readonly name: string; readonly records: number }[]
}

test('the sample topics get a past, then a present, and no second past', async () => {
  await using chronik = await startChronik()
  const [host = '', port = ''] = chronik.kafka.split(':')
  const failures: Error[] = []
  const run = async (): Promise<number> => {
    await using writer = new SampleWriter(nodeEnv(), { host, port: Number(port) }, 'test', (error) =>
      failures.push(error),
    )
    const { history } = await writer.start()
    await sleep(600)
    return history
  }
  const held = async (): Promise<number> => {
    const { topics } = (await (await fetch(`http://${chronik.http}/api/v1/topics`)).json()) as TopicList
    assert.deepEqual(
      topics.map(({ name }) => name),
      ['shop-events', 'shop-logs'],
    )
    return topics.reduce((sum, { records }) => sum + records, 0)
  }
  const past = await run()
  assert.ok(past > 10_000)
  const after = await held()
  assert.ok(after >= past)
  assert.equal(await run(), 0)
  assert.ok((await held()) < after + past)
  assert.deepEqual(failures, [])
})
