import assert from 'node:assert/strict'
import test from 'node:test'
import { parseSubscription } from './consumer-protocol.ts'

function subscription(version: number, count: number, ...topics: string[]): Buffer {
  const head = Buffer.alloc(6)
  head.writeInt16BE(version, 0)
  head.writeInt32BE(count, 2)
  const names = topics.map((topic) =>
    Buffer.concat([Buffer.from([0, Buffer.byteLength(topic)]), Buffer.from(topic)]),
  )
  return Buffer.concat([head, ...names])
}

test('topics of every version, whatever follows', () => {
  assert.deepEqual(parseSubscription(subscription(0, 0)), [])
  const rest = Buffer.from([255, 255, 255, 255, 1, 2, 3])
  assert.deepEqual(parseSubscription(Buffer.concat([subscription(3, 2, 'orders', 'ü'), rest])), [
    'orders',
    'ü',
  ])
})

test('what is no subscription is not understood, and costs nothing', () => {
  assert.equal(parseSubscription(Buffer.alloc(0)), null)
  assert.equal(parseSubscription(Buffer.from('{"topics":[]}')), null)
  assert.equal(parseSubscription(subscription(0, 2_000_000_000, 'a')), null)
  assert.equal(parseSubscription(subscription(0, 2, 'a')), null)
  assert.equal(parseSubscription(subscription(0, -1)), null)
  assert.equal(parseSubscription(subscription(-1, 0)), null)
  assert.equal(parseSubscription(subscription(0, 1, 'abc').subarray(0, -1)), null)
})
