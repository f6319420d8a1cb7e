import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Broker } from '../../src/broker/broker.ts'
import { answeredLater, type Handler, type RequestContext } from '../../src/broker/handler.ts'
import { loadConfig } from '../../src/config/load.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { apiTable, type ApiName, type RequestInputOf, type ResponseOf } from '../../src/protocol/api-keys.ts'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from '../../src/protocol/codec.ts'
import { beginMessage, finishMessage, newWriter, type Writer } from '../../src/protocol/writer.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { assembleBroker } from '../../src/server/assemble-broker.ts'
import { openParts } from '../../src/server/open-parts.ts'

/** A broker without listeners, over a real data directory, and a client's way to its handlers through the codec. */
export interface TestBroker extends AsyncDisposable {
  readonly broker: Broker
  context(apiVersion: number): RequestContext
  /** Encodes and decodes the request, handles it, and does the same with the answer. */
  call<N extends ApiName>(
    handler: Handler<N>,
    version: number,
    request: RequestInputOf<N>,
  ): Promise<ResponseOf<N>>
  /** Appends one record and waits until it is durable; returns its offset. */
  append(topic: string, partition: number, value: string): Promise<number>
}

export interface TestBrokerOptions {
  readonly settings?: Readonly<Record<string, string>>
  /** Used and kept when given, so that a test can open it again. */
  readonly directory?: string
}

export async function openTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'chronik-broker-')))
  const settings = { 'data.dir': directory, 'log.level': 'silent', ...options.settings }
  const config = loadConfig({
    flags: Object.entries(settings).map(([name, raw]) => ({ name, raw, flag: '--set' })),
    machine: { memoryBytes: 1 << 30 },
  })
  const env = nodeEnv()
  const parts = await openParts(config, env, failTest)
  const assembled = await assembleBroker(config, env, parts)
  const { broker } = assembled
  await assembled.coordinatorsLoaded
  const context = (apiVersion: number): RequestContext => contextOf(broker, apiVersion)
  return {
    broker,
    context,
    call: (handler, version, request) => call(handler, request, context(version)),
    append: (topic, partition, value) => append(broker, topic, partition, value),
    async [Symbol.asyncDispose]() {
      assembled.unloadCoordinators()
      await parts[Symbol.asyncDispose]()
      if (options.directory === undefined) await rm(directory, { recursive: true })
    },
  }
}

function failTest(error: unknown): never {
  throw error
}

function contextOf(broker: Broker, apiVersion: number): RequestContext {
  return {
    broker,
    apiVersion,
    clientId: 'test',
    remoteAddress: '192.0.2.7',
    localAddress: '192.0.2.1',
    localPort: 9092,
    receivedAt: 0,
    gone: new AbortController().signal,
    client: { name: '', version: '' },
    closeConnection: (reason) => failTest(new Error(reason)),
    answer: () => failTest(new Error('only the hot path answers later')),
    onSent: (release) => release(),
  }
}

const writer = newWriter()

function encoded(write: (writer: Writer) => void): Buffer {
  beginMessage(writer)
  write(writer)
  return Buffer.concat(finishMessage(writer))
}

export function apiOf(name: ApiName): (typeof apiTable)[number] {
  const api = apiTable.find((api) => api.name === name)
  if (api === undefined) throw new Error(`there is no API ${name}`)
  return api
}

/** What the server makes of a request of this version. */
export function throughRequestCodec(name: ApiName, version: number, request: object): object {
  const { key } = apiOf(name)
  const bytes = encoded((writer) => encodeRequest(key, version, request, writer))
  return decodeRequest(key, version, bytes, 0, bytes.length)
}

/** What a client of this version gets to see of a response; fails when the version cannot carry it. */
export function throughResponseCodec(name: ApiName, version: number, response: object): object {
  const { key } = apiOf(name)
  const bytes = encoded((writer) => encodeResponse(key, version, response, writer))
  return decodeResponse(key, version, bytes, 0, bytes.length)
}

async function call<N extends ApiName>(
  handler: Handler<N>,
  request: RequestInputOf<N>,
  context: RequestContext,
): Promise<ResponseOf<N>> {
  const { api } = handler
  const { key } = apiOf(api)
  const bytes = encoded((writer) => encodeRequest(key, context.apiVersion, request, writer))
  const received = decodeRequest(key, context.apiVersion, bytes, 0, bytes.length)
  // Both came from the codec of this very API.
  const later = Promise.withResolvers<object | null>()
  const listening: RequestContext = { ...context, answer: later.resolve }
  const handling = handler.handle(received as Parameters<typeof handler.handle>[0], listening)
  // As a connection does, which reads its next bytes into the same memory: whatever a handler keeps, it must copy.
  bytes.fill(0xee)
  const returned = await handling
  const answer = returned === answeredLater ? await later.promise : returned
  if (answer === null) throw new Error(`${api} was not answered`)
  return throughResponseCodec(api, context.apiVersion, answer) as ResponseOf<N>
}

async function append(broker: Broker, name: string, partition: number, value: string): Promise<number> {
  const now = broker.env.clock.now()
  const batch = buildBatch({}, [{ timestamp: now, key: null, value: Buffer.from(value), headers: [] }])
  const topic = broker.topics.named(name)
  const log = broker.topics.partition(name, partition)
  const { lastOffset } = log.append(batch, 0, batch.length, topic?.leaderEpochs[partition] ?? 0, now)
  await new Promise<void>((resolve) => broker.logs.committer.afterCommit(() => resolve()))
  return lastOffset
}
