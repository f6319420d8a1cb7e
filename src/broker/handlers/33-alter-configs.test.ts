import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import { alterConfigsHandler } from './33-alter-configs.ts'

type Resource = readonly [type: number, name: string, configs: Readonly<Record<string, string | null>>]

async function alter(server: TestBroker, resources: readonly Resource[], validateOnly = false, version = 2) {
  const { responses } = await server.call(alterConfigsHandler, version, {
    resources: resources.map(([resourceType, resourceName, configs]) => ({
      resourceType,
      resourceName,
      configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
    })),
    validateOnly,
  })
  return responses.map(({ errorCode }) => errorCode)
}

test('what is not named returns to its default', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const config = () => server.broker.topics.named('t')?.config
  assert.deepEqual(await alter(server, [[2, 't', { 'retention.ms': '1' }]], false, 0), [0])
  assert.equal(config()?.retentionMs, 1)
  assert.deepEqual(await alter(server, [[2, 't', { 'segment.ms': '5000' }]], true, 1), [0])
  assert.equal(config()?.retentionMs, 1)
  assert.deepEqual(await alter(server, [[2, 't', { 'segment.ms': '5000' }]]), [0])
  assert.equal(config()?.retentionMs, 604_800_000)
  assert.equal(config()?.segmentMs, 5000)
})

test('broker configs are replaced too, and bad resources fail alone', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  assert.deepEqual(
    await alter(server, [
      [2, 'nope', { 'segment.ms': '5000' }],
      [2, 't', { 'segment.ms': null }],
      [8, '1', { root: 'INFO' }],
      [4, '1', { 'broker.id': '5' }],
      [4, '', { 'log.retention.ms': '600000' }],
    ]),
    [3, 42, 42, 42, 0],
  )
  assert.equal(server.broker.topics.named('t')?.config.retentionMs, 600_000)
  assert.deepEqual(
    await alter(server, [
      [2, 't', { nope: 'x' }],
      [4, '', {}],
    ]),
    [40, 0],
  )
  assert.equal(server.broker.topics.named('t')?.config.retentionMs, 604_800_000)
})
