import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiTable } from './api-keys.ts'
import { decodedEnd, decodeRequest, decodeResponse } from './codec.ts'
import { KafkaError, ProtocolError } from './errors.ts'
import { encodeRequestFrame, encodeResponseFrame } from './frames.ts'
import { decodeRequestHeader, decodeResponseHeader } from './headers.ts'
import { referenceSize } from './writer.ts'

function fetchResponse(records: Buffer | Buffer[] | null): Buffer[] {
  return encodeResponseFrame(1, 12, 5, {
    responses: [
      {
        topic: 'orders',
        partitions: [
          { partitionIndex: 0, errorCode: 0, highWatermark: 9, abortedTransactions: null, records },
        ],
      },
    ],
  })
}

function refused(error: unknown): boolean {
  return error instanceof KafkaError && error.errorName === 'UNSUPPORTED_VERSION'
}

test('a request frame is its size, its header and its body', () => {
  const frame = Buffer.concat(
    encodeRequestFrame(3, 12, 41, 'kcat', { topics: null, allowAutoTopicCreation: false }),
  )
  assert.equal(frame.readInt32BE(0), frame.length - 4)
  const header = decodeRequestHeader(frame, 4, frame.length)
  assert.deepEqual(
    { ...header, end: 0 },
    { apiKey: 3, apiVersion: 12, correlationId: 41, clientId: 'kcat', end: 0 },
  )
  const request = decodeRequest(3, 12, frame, header.end, frame.length)
  assert.equal(decodedEnd(), frame.length)
  assert.equal(request.topics, null)
  assert.equal(request.allowAutoTopicCreation, false)
})

test('a response frame is its size, its header and its body', () => {
  const frame = Buffer.concat(encodeResponseFrame(12, 4, 77, { errorCode: 27 }))
  // Size, correlation id, no header tags, throttle time, error, no tags.
  assert.equal(frame.toString('hex'), '0000000c0000004d0000000000001b00')
  const header = decodeResponseHeader(12, 4, frame, 4, frame.length)
  assert.equal(header.correlationId, 77)
  assert.equal(decodeResponse(12, 4, frame, header.end, frame.length).errorCode, 27)
})

test('ApiVersions answers with the header that a client can read before it knows versions', () => {
  const frame = Buffer.concat(encodeResponseFrame(18, 3, 1, { errorCode: 0, apiKeys: [] }))
  // Size, correlation id, then at once: error, no keys, throttle time, no tags.
  assert.equal(frame.toString('hex'), '0000000c000000010000010000000000')
})

test('big records are referenced, small ones copied, and both arrive', () => {
  const big = Buffer.alloc(referenceSize, 'b')
  const small = Buffer.alloc(referenceSize - 1, 's')
  const parts = fetchResponse([small, big, small, big])
  assert.equal(parts.filter((part) => part.buffer === big.buffer && part.length === big.length).length, 2)
  const frame = Buffer.concat(parts)
  assert.equal(frame.readInt32BE(0), frame.length - 4)
  const body = decodeResponse(1, 12, frame, 9, frame.length)
  assert.equal(decodedEnd(), frame.length)
  assert.deepEqual(body.responses[0]?.partitions[0]?.records, Buffer.concat([small, big, small, big]))
})

test('null and empty records keep apart', () => {
  for (const records of [null, Buffer.alloc(0)]) {
    const frame = Buffer.concat(fetchResponse(records))
    const body = decodeResponse(1, 12, frame, 9, frame.length)
    assert.deepEqual(body.responses[0]?.partitions[0]?.records, records)
  }
  const none = Buffer.concat(fetchResponse([]))
  assert.deepEqual(
    decodeResponse(1, 12, none, 9, none.length).responses[0]?.partitions[0]?.records,
    Buffer.alloc(0),
  )
})

test('decoded records are views of the frame, decoded bytes are copies', () => {
  const produce = Buffer.concat(
    encodeRequestFrame(0, 9, 1, null, {
      acks: 1,
      timeoutMs: 1,
      topicData: [{ name: 't', partitionData: [{ index: 0, records: Buffer.from('abcd') }] }],
    }),
  )
  const header = decodeRequestHeader(produce, 4, produce.length)
  const request = decodeRequest(0, 9, produce, header.end, produce.length)
  assert.equal(request.topicData[0]?.partitionData[0]?.records?.buffer, produce.buffer)
  const auth = Buffer.concat(encodeRequestFrame(36, 2, 1, null, { authBytes: Buffer.from('secret') }))
  const authHeader = decodeRequestHeader(auth, 4, auth.length)
  const { authBytes } = decodeRequest(36, 2, auth, authHeader.end, auth.length)
  auth.fill(0)
  assert.equal(authBytes.toString(), 'secret')
})

test('frames that were handed out are not written again', () => {
  const frames: { parts: Buffer[]; text: string }[] = []
  for (let i = 0; i < 3000; i++) {
    const parts = encodeRequestFrame(3, 12, i, `client-${i}`, { topics: [{ name: 't'.repeat(i % 300) }] })
    frames.push({ parts, text: Buffer.concat(parts).toString('latin1') })
  }
  for (const { parts, text } of frames) assert.equal(Buffer.concat(parts).toString('latin1'), text)
})

test('a failed encoding leaves nothing behind in the next frame', () => {
  const big = Buffer.alloc(referenceSize)
  assert.throws(
    () =>
      encodeRequestFrame(0, 9, 1, null, {
        acks: 1,
        timeoutMs: 1,
        topicData: [
          { name: 't', partitionData: [{ index: 0, records: big }] },
          { name: 'x'.repeat(40_000), partitionData: [] },
        ],
      }),
    ProtocolError,
  )
  assert.equal(encodeResponseFrame(12, 4, 77, { errorCode: 0 }).length, 1)
})

test('messages far larger than a slab arrive whole', () => {
  const topics = Array.from({ length: 20_000 }, (_, i) => ({ name: `topic-${i}-ü` }))
  const frame = Buffer.concat(encodeRequestFrame(3, 9, 1, null, { topics, allowAutoTopicCreation: true }))
  const header = decodeRequestHeader(frame, 4, frame.length)
  const request = decodeRequest(3, 9, frame, header.end, frame.length)
  assert.deepEqual(
    request.topics?.map((topic) => topic.name),
    topics.map((topic) => topic.name),
  )
})

test('APIs and versions that do not exist are refused', () => {
  const bytes = Buffer.alloc(100)
  for (const [key, version] of [
    [0, 2],
    [0, 14],
    [0, -1],
    [0, 1.5],
    [4, 0],
    [-1, 0],
  ] as const) {
    assert.throws(() => decodeRequest<number>(key, version, bytes, 0, 100), refused)
    assert.throws(() => decodeResponse<number>(key, version, bytes, 0, 100), refused)
    assert.throws(() => encodeResponseFrame<number>(key, version, 1, {}), refused)
    assert.throws(() => encodeRequestFrame<number>(key, version, 1, null, {}), refused)
  }
})

test('bounds outside the buffer are refused', () => {
  const bytes = Buffer.alloc(10)
  for (const [offset, end] of [
    [0, 11],
    [-1, 5],
    [6, 5],
  ] as const) {
    assert.throws(() => decodeRequest(12, 0, bytes, offset, end), ProtocolError)
  }
})

test('an empty object encodes wherever a message has only defaults to offer', () => {
  for (const { key, name, response, versions } of apiTable) {
    if (Object.values(response.fields).some((field) => !('default' in field || 'tag' in field))) continue
    assert.ok(encodeResponseFrame<number>(key, versions[1], 1, {}).length > 0, name)
  }
})
