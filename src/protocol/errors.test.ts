import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readVectors } from '../../test/vectors/read.ts'
import { errorCode, errorNameOf, errorTable, KafkaError, ProtocolError } from './errors.ts'
import type { ErrorName } from './errors.ts'

interface ErrorFacts {
  readonly name: ErrorName
  readonly code: bigint
  readonly retriable: boolean
}

test('names, codes and retriable flags are those of Kafka', () => {
  const facts = readVectors<ErrorFacts>('errors')
  assert.equal(facts.length, 138)
  assert.deepEqual(
    Object.entries(errorTable).map(([name, { code, retriable }]) => ({
      name,
      code: BigInt(code),
      retriable,
    })),
    facts,
  )
  for (const { name, code } of facts) {
    assert.equal(errorCode(name), Number(code))
    assert.equal(errorNameOf(Number(code)), name)
  }
})

test('every message is a sentence', () => {
  for (const [name, { message }] of Object.entries(errorTable))
    assert.match(message, /^[A-Za-z].{7,}\.$/, name)
})

test('an error carries its code, its name and the words it was given', () => {
  const error = new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'topic "orders" does not exist')
  assert.equal(error.code, 3)
  assert.equal(error.errorName, 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.equal(error.retriable, true)
  assert.equal(error.message, 'topic "orders" does not exist')
  assert.equal(new KafkaError('NOT_CONTROLLER').message, errorTable.NOT_CONTROLLER.message)
})

test('a protocol error is an invalid request', () => {
  const error = new ProtocolError('too short')
  assert.ok(error instanceof KafkaError)
  assert.equal(error.code, 42)
  assert.equal(error.retriable, false)
})

test('codes that Kafka does not have read as an unknown server error', () => {
  assert.equal(errorNameOf(9999), 'UNKNOWN_SERVER_ERROR')
})
