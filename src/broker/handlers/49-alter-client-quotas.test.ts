import assert from 'node:assert/strict'
import test from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import { KafkaError } from '../../protocol/errors.ts'
import { createTopicsHandler } from './19-create-topics.ts'
import { describeClientQuotasHandler } from './48-describe-client-quotas.ts'
import { alterClientQuotasHandler } from './49-alter-client-quotas.ts'

type Part = readonly [type: string, name: string | null]
type Quota = readonly [key: string, value: number | null]

async function alter(
  server: TestBroker,
  entity: readonly Part[],
  quotas: readonly Quota[],
  validateOnly = false,
) {
  const { entries } = await server.call(alterClientQuotasHandler, 1, {
    entries: [
      {
        entity: entity.map(([entityType, entityName]) => ({ entityType, entityName })),
        ops: quotas.map(([key, value]) => ({ key, value: value ?? 0, remove: value === null })),
      },
    ],
    validateOnly,
  })
  return entries[0]?.errorCode
}

async function describe(
  server: TestBroker,
  components: readonly [string, number, string | null][],
  strict = false,
) {
  const request = {
    components: components.map(([entityType, matchType, match]) => ({ entityType, matchType, match })),
    strict,
  }
  try {
    const { entries } = await server.call(describeClientQuotasHandler, 1, request)
    return entries?.map(({ entity, values }) => [
      entity.map(({ entityType, entityName }) => `${entityType}=${entityName}`).join(','),
      ...values.map(({ key, value }) => `${key}=${value}`),
    ])
  } catch (error) {
    if (error instanceof KafkaError) return error.code
    throw error
  }
}

test('quotas are set, found by filters, and removed', async () => {
  await using server = await openTestBroker()
  assert.equal(
    await alter(
      server,
      [
        ['user', 'u'],
        ['client-id', null],
      ],
      [['producer_byte_rate', 1000]],
    ),
    0,
  )
  assert.equal(
    await alter(
      server,
      [['client-id', 'c']],
      [
        ['request_percentage', 12.5],
        ['consumer_byte_rate', 5],
      ],
    ),
    0,
  )
  assert.equal(await alter(server, [['ip', null]], [['connection_creation_rate', 7]]), 0)
  assert.equal(await alter(server, [['user', 'v']], [['producer_byte_rate', 1]], true), 0)
  assert.equal(((await describe(server, [])) as unknown[]).length, 3)
  assert.deepEqual(await describe(server, [['client-id', 0, 'c']]), [
    ['client-id=c', 'request_percentage=12.5', 'consumer_byte_rate=5'],
  ])
  assert.deepEqual(await describe(server, [['client-id', 1, null]]), [
    ['user=u,client-id=null', 'producer_byte_rate=1000'],
  ])
  assert.deepEqual(await describe(server, [['client-id', 1, null]], true), [])
  assert.equal(((await describe(server, [['client-id', 2, null]])) as unknown[]).length, 2)
  assert.equal(server.broker.quotas.active, true)
  for (const entity of [
    [
      ['user', 'u'],
      ['client-id', null],
    ],
  ] as Part[][])
    assert.equal(await alter(server, entity, [['producer_byte_rate', null]]), 0)
  assert.equal(
    await alter(
      server,
      [['client-id', 'c']],
      [
        ['request_percentage', null],
        ['consumer_byte_rate', null],
      ],
    ),
    0,
  )
  assert.equal(await alter(server, [['ip', null]], [['connection_creation_rate', null]]), 0)
  assert.deepEqual(await describe(server, []), [])
  assert.equal(server.broker.quotas.active, false)
})

test('quotas and filters that make no sense are refused', async () => {
  await using server = await openTestBroker()
  const refused: [readonly Part[], Quota][] = [
    [[], ['producer_byte_rate', 1]],
    [[['group', 'g']], ['producer_byte_rate', 1]],
    [
      [
        ['user', 'u'],
        ['user', 'v'],
      ],
      ['producer_byte_rate', 1],
    ],
    [[['user', '']], ['producer_byte_rate', 1]],
    [
      [
        ['ip', '1.2.3.4'],
        ['user', 'u'],
      ],
      ['connection_creation_rate', 1],
    ],
    [[['ip', 'nope']], ['connection_creation_rate', 1]],
    [[['ip', '1.2.3.4']], ['producer_byte_rate', 1]],
    [[['user', 'u']], ['connection_creation_rate', 1]],
    [[['user', 'u']], ['nope', 1]],
    [[['user', 'u']], ['producer_byte_rate', 0]],
    [[['user', 'u']], ['producer_byte_rate', -1]],
    [[['user', 'u']], ['producer_byte_rate', 1.5]],
    [[['ip', '1.2.3.4']], ['connection_creation_rate', 3e9]],
  ]
  for (const [entity, quota] of refused)
    assert.equal(await alter(server, entity, [quota]), 42, JSON.stringify(entity))
  assert.equal(await describe(server, [['nope', 0, 'x']]), 35)
  assert.equal(await describe(server, [['user', 0, null]]), 42)
  assert.equal(await describe(server, [['user', 1, 'x']]), 42)
  assert.equal(await describe(server, [['user', 3, null]]), 42)
  assert.equal(
    await describe(server, [
      ['user', 2, null],
      ['user', 2, null],
    ]),
    42,
  )
  assert.equal(
    await describe(server, [
      ['user', 2, null],
      ['ip', 2, null],
    ]),
    42,
  )
})

test('topics are made as fast as the quota allows: new clients get an error, old ones have to pause', async () => {
  await using server = await openTestBroker()
  assert.equal(await alter(server, [['client-id', 'test']], [['controller_mutation_rate', 1]]), 0)
  const create = async (version: number, name: string) => {
    const topic = { name, numPartitions: 20, replicationFactor: 1, assignments: [], configs: [] }
    const { topics, throttleTimeMs } = await server.call(createTopicsHandler, version, {
      topics: [topic],
      timeoutMs: 10_000,
    })
    return [topics[0]?.errorCode, throttleTimeMs > 0]
  }
  assert.deepEqual(await create(7, 'a'), [0, true])
  assert.deepEqual(await create(7, 'b'), [89, true])
  assert.deepEqual(await create(5, 'c'), [0, true])
})
