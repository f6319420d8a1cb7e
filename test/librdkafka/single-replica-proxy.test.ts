import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askForOneReplica } from './single-replica-proxy.ts'

function text(value: string): Buffer {
  const bytes = Buffer.alloc(2 + value.length)
  bytes.writeInt16BE(value.length)
  bytes.write(value, 2)
  return bytes
}

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255])
const int32 = (value: number): Buffer => Buffer.from([0, 0, value >> 8, value & 255])

function createTopics(version: number, replicas: number): Buffer {
  const topic = (name: string): Buffer =>
    Buffer.concat([text(name), int32(4), int16(replicas), int32(0), int32(1), text('a'), text('b')])
  const header = Buffer.concat([int16(19), int16(version), int32(1), text('client')])
  return Buffer.concat([header, int32(2), topic('t'), topic('u'), int32(1000)])
}

test('every topic is asked for with one replica', () => {
  for (const version of [0, 2, 4]) {
    const request = createTopics(version, 3)
    askForOneReplica(request)
    assert.deepEqual(request, createTopics(version, 1))
  }
})

test('other requests stay as they are', () => {
  const request = createTopics(5, 3)
  askForOneReplica(request)
  assert.deepEqual(request, createTopics(5, 3))
})
