import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { initProducerIdHandler } from './22-init-producer-id.ts'

const idempotent = { transactionalId: null, transactionTimeoutMs: 60_000 }

test('every producer gets an id that no other has, across versions, blocks and restarts', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chronik-producer-ids-'))
  const seen = new Set<number>()
  try {
    for (let run = 0; run < 2; run++) {
      await using server = await openTestBroker({ directory })
      const asked = Array.from({ length: 1200 }, (_, n) =>
        server.call(initProducerIdHandler, n % 6, idempotent),
      )
      for (const { errorCode, producerId, producerEpoch } of await Promise.all(asked)) {
        assert.equal(errorCode, 0)
        assert.equal(producerEpoch, 0)
        assert.equal(seen.has(producerId), false)
        seen.add(producerId)
      }
    }
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a producer without a transactional id that resumes gets a new id', async () => {
  await using server = await openTestBroker()
  const first = await server.call(initProducerIdHandler, 5, idempotent)
  const { producerId } = first
  const again = await server.call(initProducerIdHandler, 5, { ...idempotent, producerId, producerEpoch: 0 })
  assert.equal(again.errorCode, 0)
  assert.notEqual(again.producerId, producerId)
})

test('half an identity is refused', async () => {
  await using server = await openTestBroker()
  const call = (fields: object) => server.call(initProducerIdHandler, 5, { ...idempotent, ...fields })
  const refused = { throttleTimeMs: 0, producerId: -1, producerEpoch: -1 }
  for (const fields of [{ producerId: 5 }, { producerEpoch: 5 }, { transactionalId: '' }]) {
    assert.deepEqual({ ...(await call(fields)) }, { ...refused, errorCode: 42 })
  }
})
