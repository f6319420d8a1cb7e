import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import { listConfigResourcesHandler } from './74-list-config-resources.ts'
import { incrementalAlterConfigsHandler } from './44-incremental-alter-configs.ts'

const SET = 0
const DELETE = 1
const APPEND = 2
const SUBTRACT = 3

type Alteration = readonly [name: string, operation: number, value: string | null]
type Resource = readonly [type: number, name: string, ...alterations: Alteration[]]

async function alter(server: TestBroker, resources: readonly Resource[], validateOnly = false, version = 1) {
  const { responses } = await server.call(incrementalAlterConfigsHandler, version, {
    resources: resources.map(([resourceType, resourceName, ...alterations]) => ({
      resourceType,
      resourceName,
      configs: alterations.map(([name, configOperation, value]) => ({ name, configOperation, value })),
    })),
    validateOnly,
  })
  return responses.map(({ errorCode, errorMessage }) => [errorCode, errorMessage])
}

function codes(answers: Awaited<ReturnType<typeof alter>>) {
  return answers.map(([code]) => code)
}

test('topic configs are set, appended to, subtracted from and deleted, with effect at once', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const config = () => server.broker.topics.named('t')?.config
  const change = async (...alterations: Alteration[]) => {
    for (const version of [0, 1]) {
      assert.deepEqual(await alter(server, [[2, 't', ...alterations]], false, version), [[0, null]])
    }
  }
  await change(['retention.ms', SET, '5000'], ['cleanup.policy', APPEND, 'compact'])
  assert.equal(config()?.retentionMs, 5000)
  assert.deepEqual(config()?.cleanupPolicy, ['delete', 'compact'])
  assert.equal(server.broker.topics.partition('t', 0).config.retentionMs, 5000)
  await change(['cleanup.policy', SUBTRACT, 'delete'])
  assert.deepEqual(config()?.cleanupPolicy, ['compact'])
  await change(['cleanup.policy', DELETE, null], ['retention.ms', DELETE, ''])
  assert.deepEqual(config()?.cleanupPolicy, ['delete'])
  assert.equal(config()?.retentionMs, 604_800_000)
})

test('bad alterations of topics fail alone and change nothing', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t', 'null', 'twice', 'op', 'list', 'good'])
  const answers = await alter(server, [
    [2, 'nope', ['retention.ms', SET, '1']],
    [2, 't', ['retention.ms', SET, '7'], ['nope', SET, '1']],
    [2, '', ['retention.ms', SET, '1']],
    [2, 'x y', ['retention.ms', SET, '1']],
    [2, 'null', ['retention.ms', SET, null]],
    [2, 'twice', ['retention.ms', SET, '1'], ['retention.ms', SET, '2']],
    [2, 'op', ['retention.ms', 9, '1']],
    [2, 'list', ['retention.ms', APPEND, '1']],
    [2, 'good', ['retention.ms', SET, '7']],
  ])
  assert.deepEqual(codes(answers), [3, 40, 42, 17, 42, 42, 42, 40, 0])
  assert.equal(server.broker.topics.named('t')?.config.retentionMs, 604_800_000)
  assert.equal(server.broker.topics.named('good')?.config.retentionMs, 7)
})

test('a resource that is there twice is not altered', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const resource: Resource = [2, 't', ['retention.ms', SET, '1']]
  const message = 'Each resource must appear at most once.'
  assert.deepEqual(await alter(server, [resource, resource]), [
    [42, message],
    [42, message],
  ])
  assert.equal(server.broker.topics.named('t')?.config.retentionMs, 604_800_000)
})

test('dynamic broker configs take effect, for one broker before those for all', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const retention = () => server.broker.topics.named('t')?.config.retentionMs
  assert.deepEqual(codes(await alter(server, [[4, '', ['log.retention.ms', SET, '600000']]])), [0])
  assert.equal(retention(), 600_000)
  assert.deepEqual(codes(await alter(server, [[4, '1', ['log.retention.ms', SET, '700000']]])), [0])
  assert.equal(retention(), 700_000)
  assert.deepEqual(codes(await alter(server, [[4, '1', ['log.retention.ms', DELETE, null]]])), [0])
  assert.equal(retention(), 600_000)
  assert.deepEqual(codes(await alter(server, [[4, '', ['log.cleanup.policy', APPEND, 'compact']]])), [0])
  assert.deepEqual(server.broker.topics.named('t')?.config.cleanupPolicy, ['delete', 'compact'])
})

test('broker configs that are read-only, unknown or bad are refused', async () => {
  await using server = await openTestBroker()
  const refused = async (resource: Resource) => codes(await alter(server, [resource]))[0]
  assert.equal(await refused([4, '1', ['log.dirs', SET, '/x']]), 42)
  assert.equal(await refused([4, '1', ['broker.id', SET, '5']]), 42)
  assert.equal(await refused([4, '7', ['log.retention.ms', SET, '1']]), 42)
  assert.equal(await refused([4, 'abc', ['log.retention.ms', SET, '1']]), 42)
  assert.equal(await refused([4, '', ['log.retention.ms', SET, 'abc']]), 42)
  assert.equal(await refused([4, '1', ['foo.bar', SET, 'x']]), 40)
  assert.equal(await refused([4, '1', ['log.retention.ms', APPEND, '1']]), 40)
  for (const type of [8, 99]) assert.equal(await refused([type, '1', ['x', SET, 'y']]), 42)
  assert.equal(await refused([16, '1', ['x', SET, 'y']]), 42)
  assert.equal(await refused([32, '1', ['x', SET, 'y']]), 40)
  assert.equal(server.broker.metadata.image.brokerConfigs.size, 0)
})

test('validation alone changes nothing', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  assert.deepEqual(
    codes(
      await alter(
        server,
        [
          [2, 't', ['retention.ms', SET, '1']],
          [4, '', ['log.retention.ms', SET, '1']],
        ],
        true,
      ),
    ),
    [0, 0],
  )
  assert.deepEqual(codes(await alter(server, [[2, 't', ['retention.ms', SET, 'x']]], true)), [40])
  assert.equal(server.broker.topics.named('t')?.config.retentionMs, 604_800_000)
  assert.equal(server.broker.metadata.image.brokerConfigs.size, 0)
})

test('configs of groups and client metrics are set, described, listed and removed', async () => {
  await using server = await openTestBroker()
  const group = 'гр/1 ?'
  const set = (value: string): Resource => [32, group, ['consumer.session.timeout.ms', SET, value]]
  assert.deepEqual(
    codes(await alter(server, [set('50000'), [16, 'm', ['match', SET, 'client_id=a.*']]])),
    [0, 0],
  )
  assert.deepEqual(await alter(server, [set('1000')]), [
    [40, 'consumer.session.timeout.ms must be in the range 45000 to 60000 inclusive.'],
  ])
  assert.deepEqual(codes(await alter(server, [[16, 'm', ['match', SET, 'age=3']]])), [40])
  assert.deepEqual(
    await alter(server, [
      [16, 'n', ['interval.m', SET, '99']],
      [16, 'm', ['interval.ms', SET, '99']],
    ]),
    [
      [42, 'Unknown client metrics configuration: interval.m; did you mean "interval.ms"?'],
      [42, 'Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)'],
    ],
  )
  assert.deepEqual(
    codes(await alter(server, [[32, '', ['consumer.session.timeout.ms', SET, '50000']]])),
    [42],
  )
  const described = server.broker.configAdmin.describe({ kind: 'group', name: group })
  const config = described.find(({ name }) => name === 'consumer.session.timeout.ms')
  assert.deepEqual([config?.value, config?.source, config?.default], ['50000', 8, '45000'])
  const listed = await server.call(listConfigResourcesHandler, 1, { resourceTypes: [16, 32] })
  assert.deepEqual(
    listed.configResources.map(({ resourceType, resourceName }) => [resourceType, resourceName]),
    [
      [16, 'm'],
      [32, group],
    ],
  )
  const remove: Resource = [32, group, ['consumer.session.timeout.ms', DELETE, null]]
  assert.deepEqual(codes(await alter(server, [remove])), [0])
  assert.equal(server.broker.metadata.image.resourceConfigs.size, 1)
})
