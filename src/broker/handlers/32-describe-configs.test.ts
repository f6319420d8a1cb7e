import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import type { RequestInputOf } from '../../protocol/api-keys.ts'
import { describeConfigsHandler } from './32-describe-configs.ts'

type Resource = readonly [type: number, name: string, keys?: readonly string[]]

function describe(
  server: TestBroker,
  resources: readonly Resource[],
  options: Partial<RequestInputOf<'DescribeConfigs'>> = {},
  version = 4,
) {
  return server.call(describeConfigsHandler, version, {
    resources: resources.map(([resourceType, resourceName, configurationKeys = null]) => ({
      resourceType,
      resourceName,
      configurationKeys,
    })),
    ...options,
  })
}

test('all configs of a topic are described, in every version', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  for (let version = 1; version <= 4; version++) {
    const { results } = await describe(
      server,
      [
        [2, 't'],
        [2, 't', []],
      ],
      {},
      version,
    )
    assert.deepEqual(
      results.map(({ errorCode, errorMessage, configs }) => [errorCode, errorMessage, configs.length]),
      [
        [0, '', 42],
        [0, '', 42],
      ],
    )
    const retention = results[0]?.configs.find(({ name }) => name === 'retention.ms')
    assert.equal(retention?.value, '604800000')
    assert.equal(retention?.configSource, 5)
    assert.equal(retention?.configType, version >= 3 ? 5 : 0)
  }
})

test('keys filter, and synonyms and documentation come only when asked for', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.create({
    name: 't',
    partitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: new Map([['retention.ms', '2']]),
  })
  const resource: Resource = [2, 't', ['retention.ms', 'nope']]
  const plain = (await describe(server, [resource])).results[0]?.configs
  assert.equal(plain?.length, 1)
  assert.deepEqual(
    { ...plain?.[0] },
    {
      name: 'retention.ms',
      value: '2',
      readOnly: false,
      configSource: 1,
      isSensitive: false,
      synonyms: [],
      configType: 5,
      documentation: null,
    },
  )
  const full = await describe(server, [resource], { includeSynonyms: true, includeDocumentation: true })
  const config = full.results[0]?.configs[0]
  assert.deepEqual(
    config?.synonyms.map((synonym) => ({ ...synonym })),
    [{ name: 'retention.ms', value: '2', source: 1 }],
  )
  assert.notEqual(config?.documentation ?? '', '')
})

test('a broker has its own configs, all brokers those that were set for all', async () => {
  await using server = await openTestBroker()
  const broker = (
    await describe(server, [[4, '1', ['log.dirs', 'log.retention.hours', 'background.threads']]])
  ).results[0]
  assert.deepEqual(
    broker?.configs.map(({ name, readOnly, configSource }) => [name, readOnly, configSource]),
    [
      ['background.threads', false, 5],
      ['log.dirs', true, 4],
      ['log.retention.hours', true, 5],
    ],
  )
  assert.deepEqual((await describe(server, [[4, '']])).results[0]?.configs, [])
  await server.broker.configAdmin.replace(
    { kind: 'broker', id: '' },
    new Map([['log.retention.ms', '600000']]),
    { validateOnly: false },
  )
  const all = (await describe(server, [[4, '']])).results[0]?.configs
  assert.deepEqual(
    all?.map(({ name, value, configSource }) => [name, value, configSource]),
    [['log.retention.ms', '600000', 3]],
  )
})

test('what has no configs fails alone', async () => {
  await using server = await openTestBroker()
  const { results } = await describe(server, [
    [2, 'nope'],
    [2, 'x y'],
    [4, '7'],
    [4, 'abc'],
    [8, '1'],
    [16, 'm'],
    [32, 'g'],
    [99, 'x'],
    [4, '1', ['broker.id']],
  ])
  assert.deepEqual(
    results.map(({ resourceType, resourceName, errorCode }) => [resourceType, resourceName, errorCode]),
    [
      [2, 'nope', 3],
      [2, 'x y', 17],
      [4, '7', 42],
      [4, 'abc', 42],
      [8, '1', 42],
      [16, 'm', 0],
      [32, 'g', 0],
      [99, 'x', 42],
      [4, '1', 0],
    ],
  )
  assert.equal(results[2]?.errorMessage, 'Unexpected broker id, expected 1 or empty string, but received 7')
})
