import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

export const PARTITIONS = 3
const RECORDS = 200
const WAIT_MS = 40_000
const BASE_TIMESTAMP = Date.now() - 600_000

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface Row {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [string, Buffer])[]
}

export interface ProduceSettings {
  readonly codec?: Codec
  readonly acks?: 0 | 1 | -1
  readonly idempotent?: boolean
}

/** A member of a consumer group. It reads in the background; `rows` grows. */
export interface Member {
  readonly rows: readonly Row[]
  assigned(): number
  /** Commits all that `rows` holds. */
  commit(): Promise<void>
  close(): Promise<void>
}

/** What a client library must do to run the scenarios. */
export interface ClientAdapter {
  readonly codecs: readonly Codec[]
  createTopic(topic: string, partitions: number): Promise<void>
  /** Resolves to the library's error when the broker refused. */
  createTopicAgain(topic: string): Promise<unknown>
  deleteTopic(topic: string): Promise<void>
  listTopics(): Promise<readonly string[]>
  produce(topic: string, rows: readonly Row[], settings: ProduceSettings): Promise<void>
  join(topic: string, group: string): Promise<Member>
  committed(topic: string, group: string): Promise<number>
  /** Offset of the first record with this timestamp or a later one, and the end offset, of partition 0. */
  offsets(topic: string, timestamp: number): Promise<{ readonly found: number; readonly end: number }>
  /** Writes a value to each partition, and an offset for the group, in one transaction; absent when the library has none. */
  readonly transact?: (
    topic: string,
    value: string,
    end: { readonly commit: boolean; readonly group: string; readonly offset: number },
  ) => Promise<void>
  close(): Promise<void>
}

/** Runs every scenario on its own and prints one JSON line for each; sets the exit code. */
export async function runScenarios(client: ClientAdapter, prefix: string): Promise<void> {
  const roundTrip = (name: string, settings: ProduceSettings) => () =>
    writeAndRead(client, `${prefix}-${name}`, settings)
  await scenario('topics', () => topics(client, `${prefix}-topics`))
  for (const codec of client.codecs) await scenario(`codec-${codec}`, roundTrip(`codec-${codec}`, { codec }))
  await scenario('acks-0', roundTrip('acks-0', { acks: 0 }))
  await scenario('acks-1', roundTrip('acks-1', { acks: 1 }))
  await scenario('acks-all', roundTrip('acks-all', { acks: -1 }))
  await scenario('idempotent', roundTrip('idempotent', { acks: -1, idempotent: true }))
  await scenario('seek', () => seek(client, `${prefix}-seek`))
  await scenario('commit-resume', () => commitAndResume(client, `${prefix}-commit`))
  await scenario('group', () => shareAndLeave(client, `${prefix}-group`))
  const { transact } = client
  if (transact !== undefined)
    await scenario('transactions', () => transactions(client, transact, `${prefix}-tx`))
  await client.close()
}

async function scenario(name: string, body: () => Promise<void>): Promise<void> {
  const startedMs = Date.now()
  let detail = ''
  try {
    await body()
  } catch (error) {
    detail = String(error)
    process.exitCode = 1
  }
  console.log(JSON.stringify({ scenario: name, ok: detail === '', ms: Date.now() - startedMs, detail }))
}

async function topics(client: ClientAdapter, topic: string): Promise<void> {
  await client.createTopic(topic, PARTITIONS)
  assert.ok((await client.listTopics()).includes(topic), 'the topic is not in the list')
  assert.match(String(await client.createTopicAgain(topic)), /exists/i)
  await client.deleteTopic(topic)
  await until(
    async () => !(await client.listTopics()).includes(topic),
    () => 'the topic is still listed after its deletion',
  )
}

async function writeAndRead(client: ClientAdapter, topic: string, settings: ProduceSettings): Promise<void> {
  await client.createTopic(topic, PARTITIONS)
  await client.produce(topic, rows(0, RECORDS), settings)
  compare(await readAll(client, topic, `${topic}-reader`, RECORDS))
}

async function seek(client: ClientAdapter, topic: string): Promise<void> {
  await client.createTopic(topic, PARTITIONS)
  await client.produce(topic, rows(0, RECORDS), {})
  assert.deepEqual(await client.offsets(topic, BASE_TIMESTAMP + 99 * 10), { found: 33, end: 67 })
}

async function commitAndResume(client: ClientAdapter, topic: string): Promise<void> {
  await client.createTopic(topic, PARTITIONS)
  await client.produce(topic, rows(0, RECORDS / 2), {})
  const group = `${topic}-group`
  const first = await readAll(client, topic, group, RECORDS / 2)
  assert.equal(await client.committed(topic, group), RECORDS / 2)
  await client.produce(topic, rows(RECORDS / 2, RECORDS), {})
  const second = await readAll(client, topic, group, RECORDS / 2)
  compare([...first, ...second])
}

/** Every second transaction is aborted: neither its records nor its offset may be seen. */
async function transactions(
  client: ClientAdapter,
  transact: NonNullable<ClientAdapter['transact']>,
  topic: string,
): Promise<void> {
  await client.createTopic(topic, PARTITIONS)
  const group = `${topic}-group`
  for (let round = 0; round < 6; round++) {
    const commit = round % 2 === 0
    await transact(topic, `round-${round}`, { commit, group, offset: 10 + round })
    await sleep(200)
    assert.equal(await client.committed(topic, group), 10 + round - (commit ? 0 : 1))
  }
  const seen = await readAll(client, topic, `${topic}-reader`, 3 * PARTITIONS)
  const values = seen.map(({ partition, value }) => `${partition}:${String(value)}`).sort()
  const rounds = [0, 2, 4].flatMap((round) => [0, 1, 2].map((partition) => `${partition}:round-${round}`))
  assert.deepEqual(values, rounds.sort())
}

/** Two members share the partitions; when one leaves, the other gets them all. */
async function shareAndLeave(client: ClientAdapter, topic: string): Promise<void> {
  await client.createTopic(topic, PARTITIONS)
  const one = await client.join(topic, topic)
  const two = await client.join(topic, topic)
  try {
    await until(
      () => one.assigned() > 0 && two.assigned() > 0 && one.assigned() + two.assigned() === PARTITIONS,
      () => `the members have ${one.assigned()} and ${two.assigned()} partitions`,
    )
  } finally {
    await two.close()
  }
  try {
    await until(
      () => one.assigned() === PARTITIONS,
      () => `the last member has ${one.assigned()} partitions`,
    )
    await client.produce(topic, rows(0, RECORDS), {})
    await until(
      () => one.rows.length >= RECORDS,
      () => `read ${one.rows.length} of ${RECORDS}`,
    )
    compare(one.rows)
  } finally {
    await one.close()
  }
}

async function readAll(
  client: ClientAdapter,
  topic: string,
  group: string,
  count: number,
): Promise<readonly Row[]> {
  const member = await client.join(topic, group)
  try {
    await until(
      () => member.rows.length >= count,
      () => `read ${member.rows.length} of ${count} records in time`,
    )
    await member.commit()
    return [...member.rows]
  } finally {
    await member.close()
  }
}

async function until(done: () => boolean | Promise<boolean>, message: () => string): Promise<void> {
  const deadline = Date.now() + WAIT_MS
  while (!(await done())) {
    assert.ok(Date.now() < deadline, message())
    await sleep(20)
  }
}

function rows(from: number, to: number): Row[] {
  return Array.from({ length: to - from }, (_, index) => row(from + index))
}

function row(i: number): Row {
  const value = Buffer.from(
    Array.from({ length: (i * 37) % 1500 }, (_, j) => (i * 31 + j * 7 + (j >> 5)) & 0xff),
  )
  return {
    partition: i % PARTITIONS,
    offset: Math.floor(i / PARTITIONS),
    timestamp: BASE_TIMESTAMP + i * 10,
    key: i % 7 === 0 ? null : Buffer.from(`key-${i}`),
    value: i % 11 === 3 ? null : value,
    headers: [
      ['n', Buffer.from(`h${i}`)],
      ['empty', Buffer.alloc(0)],
    ],
  }
}

function compare(read: readonly Row[]): void {
  const order = (a: Row, b: Row): number => a.offset - b.offset || a.partition - b.partition
  assert.deepEqual(read.toSorted(order), rows(0, RECORDS).toSorted(order))
}
