import assert from 'node:assert/strict'
import test from 'node:test'
import { ClientQuotas } from './client-quotas.ts'
import { entityName, entityNamed } from './quota-entity.ts'
import type { QuotaEntity, QuotaKey } from './quota-entity.ts'

const windows = { count: 11, sizeMs: 1_000 }

function quotas(...entries: [entity: QuotaEntity, key: QuotaKey, limit: number][]): ClientQuotas {
  const made = new ClientQuotas(windows)
  const table = new Map<string, Map<string, number>>()
  for (const [entity, key, limit] of entries) {
    const name = entityName(entity)
    table.set(name, (table.get(name) ?? new Map<string, number>()).set(key, limit))
  }
  made.replace(table)
  return made
}

const client = (clientId: string, user = 'u') => ({ user, clientId })

test('the rate over eleven windows decides how long a client pauses', () => {
  const q = quotas([{ 'client-id': null }, 'producer_byte_rate', 100])
  assert.equal(q.throttleMs('producer_byte_rate', client('a'), 1_000, 100_000), 0)
  // 1500 bytes in what counts as ten seconds are 150 bytes a second, half too many: half of ten seconds.
  assert.equal(q.throttleMs('producer_byte_rate', client('a'), 500, 100_000), 5_000)
  assert.equal(q.throttleMs('producer_byte_rate', client('b'), 500, 100_000), 0)
  assert.equal(q.throttleMs('consumer_byte_rate', client('a'), 1e9, 100_000), 0)
  assert.equal(q.throttleMs('producer_byte_rate', client('a'), 0, 105_000), 5_000)
  assert.equal(q.throttleMs('producer_byte_rate', client('a'), 0, 111_000), 0)
})

test('the most specific quota counts', () => {
  const entities: QuotaEntity[] = [
    { user: 'u', 'client-id': 'c' },
    { user: 'u', 'client-id': null },
    { user: 'u' },
    { user: null, 'client-id': 'c' },
    { user: null, 'client-id': null },
    { user: null },
    { 'client-id': 'c' },
    { 'client-id': null },
  ]
  for (let from = 0; from < entities.length; from++) {
    const rest = entities.slice(from)
    const q = quotas(
      ...rest
        .map((entity, index) => [entity, 'consumer_byte_rate', index + 1] as const)
        .map((e) => [...e] as [QuotaEntity, QuotaKey, number]),
    )
    // A limit of 1 byte a second: 20 bytes in ten seconds are one too many a second.
    assert.equal(q.throttleMs('consumer_byte_rate', client('c'), 20, 0), 10_000, `from ${from}`)
  }
})

test('clients of one user share its quota; clients of a default have their own', () => {
  const shared = quotas([{ user: 'u' }, 'consumer_byte_rate', 1])
  assert.equal(shared.throttleMs('consumer_byte_rate', client('a'), 10, 0), 0)
  assert.equal(shared.throttleMs('consumer_byte_rate', client('b'), 10, 0), 10_000)
  const own = quotas([{ user: 'u', 'client-id': null }, 'consumer_byte_rate', 1])
  assert.equal(own.throttleMs('consumer_byte_rate', client('a'), 10, 0), 0)
  assert.equal(own.throttleMs('consumer_byte_rate', client('b'), 10, 0), 0)
})

test('mutations take tokens that come back', () => {
  const q = quotas([{ user: null }, 'controller_mutation_rate', 2])
  const found = q.mutations(client('a'), 0)
  assert.ok(found !== null)
  const { bucket, rate } = found
  assert.equal(bucket.exhausted(rate, 0), false)
  bucket.take(30, rate, 0)
  assert.equal(bucket.exhausted(rate, 0), true)
  assert.equal(bucket.throttleMs(rate, 0), 4_000)
  assert.equal(bucket.exhausted(rate, 4_000), false)
  assert.equal(quotas().mutations(client('a'), 0), null)
})

test('addresses have connections', () => {
  const q = quotas(
    [{ ip: null }, 'connection_creation_rate', 1],
    [{ ip: '10.0.0.1' }, 'connection_creation_rate', 100],
  )
  for (let i = 0; i < 10; i++) assert.equal(q.connectionThrottleMs('10.0.0.2', 0), 0)
  assert.equal(q.connectionThrottleMs('10.0.0.2', 0), 1_000)
  for (let i = 0; i < 20; i++) assert.equal(q.connectionThrottleMs('10.0.0.1', 0), 0)
})

test('names of entities can be read back', () => {
  for (const entity of [{ user: 'a"b', 'client-id': null }, { ip: null }, { 'client-id': 'é' }])
    assert.deepEqual(entityNamed(entityName(entity)), entity)
})
