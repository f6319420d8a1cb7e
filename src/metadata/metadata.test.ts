import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeEnv } from '../env/node/env.ts'
import { initializeCluster, registerBroker } from './brokers.ts'
import { LocalStore } from './local-store.ts'
import { Metadata } from './metadata.ts'
import { type MetaStore, MetaStoreError, type Watch } from './meta-store.ts'
import { createTopic, type CreateTopicRequest, deleteTopic } from './topics.ts'

const { files, clock, random } = nodeEnv()
const context = {
  random,
  defaultPartitions: 1,
  defaultReplicationFactor: 1,
  maxPartitions: 10_000,
  checkConfigs: () => {},
}
const registration = {
  brokerId: 1,
  incarnation: 'one',
  endpoints: [{ listener: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 'PLAINTEXT' }],
  rack: null,
}
function request(name: string, partitions = -1): CreateTopicRequest {
  return { name, partitions, replicationFactor: -1, assignments: [], configs: new Map() }
}
function neverFails(error: unknown): void {
  assert.fail(`the metadata failed: ${String(error)}`)
}

async function inDirectory(body: (open: () => Promise<LocalStore>) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'chronik-metadata-'))
  try {
    await body(() => LocalStore.open({ directory, files, clock, random }))
  } finally {
    await rm(directory, { recursive: true })
  }
}

test('a change is in the image when it is answered, and there again after a restart', () =>
  inDirectory(async (open) => {
    let clusterId: string
    {
      await using metadata = await Metadata.open(await open(), neverFails)
      clusterId = (await metadata.change((image) => initializeCluster(image, null, random))).result
      const epoch = (await metadata.change((image) => registerBroker(image, registration))).revision
      assert.equal(metadata.image.brokers.get(1)?.epoch, epoch)
      const { result } = await metadata.change((image) => createTopic(image, request('t', 1234), context))
      assert.equal(metadata.image.topicsById.get(result.topicId)?.partitions.length, 1234)
    }
    await using metadata = await Metadata.open(await open(), neverFails)
    assert.equal(
      (await metadata.change((image) => initializeCluster(image, 'other', random))).result,
      clusterId,
    )
    assert.equal(metadata.image.topicsByName.get('t')?.partitions.length, 1234)
    assert.equal(metadata.image.topicsByName.get('t')?.partitions[7]?.leaderEpoch, 0)
    await metadata.change((image) => registerBroker(image, registration))
    assert.equal(metadata.image.topicsByName.get('t')?.partitions[7]?.leaderEpoch, 1)
  }))

test('of many that create the same topic at once one wins, and all others hear that it exists', () =>
  inDirectory(async (open) => {
    await using metadata = await Metadata.open(await open(), neverFails)
    await metadata.change((image) => registerBroker(image, registration))
    const names = ['same.name', 'same_name']
    const attempts = Array.from({ length: 20 }, (_, i) =>
      metadata.change((image) => createTopic(image, request(names[i % 2] ?? '', 150), context)),
    )
    const settled = await Promise.allSettled(attempts)
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const attempt of settled) {
      if (attempt.status === 'fulfilled') continue
      assert.match(String(attempt.reason), /already exists|collides with existing topic/)
    }
    assert.equal(metadata.image.topicsById.size, 1)
    assert.equal(metadata.image.hiddenPartitions.size, 0)
    assert.equal((await metadata.store.range('/part/')).entries.length, 150)
  }))

test('subscribers hear of every change in order, until they stop', () =>
  inDirectory(async (open) => {
    await using metadata = await Metadata.open(await open(), neverFails)
    await metadata.change((image) => registerBroker(image, registration))
    const heard: string[] = []
    const stop = metadata.subscribe((delta, image, before) => {
      assert.ok(image.revision > before.revision)
      for (const { name } of delta.topicsCreated) heard.push(`+${name}`)
      for (const { name } of delta.topicsDeleted) heard.push(`-${name}`)
    })
    const { result } = await metadata.change((image) => createTopic(image, request('a'), context))
    await metadata.change((image) => createTopic(image, request('b'), context))
    await metadata.change((image) => deleteTopic(image, result.topicId))
    stop()
    await metadata.change((image) => createTopic(image, request('c'), context))
    assert.deepEqual(heard, ['+a', '+b', '-a'])
  }))

/** A store whose watches end with COMPACTED after each batch, as a slow follower of etcd sees it. */
function forgetful(store: MetaStore): MetaStore {
  const watch = (prefix: string, from: number): Watch => {
    const inner = store.watch(prefix, from)
    return {
      close: () => inner.close(),
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const { done } = await inner[Symbol.asyncIterator]().next()
          if (done === true) return { done, value: undefined }
          throw new MetaStoreError('COMPACTED', 'compacted')
        },
      }),
    }
  }
  return {
    maxOperations: store.maxOperations,
    transact: (transaction) => store.transact(transaction),
    get: (key) => store.get(key),
    range: (prefix) => store.range(prefix),
    watch,
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  }
}

test('a compacted watch is made up for by a new range', () =>
  inDirectory(async (open) => {
    await using metadata = await Metadata.open(forgetful(await open()), neverFails)
    await metadata.change((image) => registerBroker(image, registration))
    const { result } = await metadata.change((image) => createTopic(image, request('a'), context))
    await metadata.change((image) => createTopic(image, request('b', 300), context))
    await metadata.change((image) => deleteTopic(image, result.topicId))
    assert.deepEqual([...metadata.image.topicsByName.keys()], ['b'])
    assert.equal(metadata.image.topicsByName.get('b')?.partitions.length, 300)
  }))

test('a store with unreadable metadata fails the owner and all who wait', () =>
  inDirectory(async (open) => {
    const failures: unknown[] = []
    await using metadata = await Metadata.open(await open(), (error) => failures.push(error))
    const waiting = metadata.reached(5)
    await Promise.all([
      assert.rejects(waiting, { code: 'CORRUPT' }),
      metadata.store.transact({ compare: [], success: [{ kind: 'put', key: '/cluster', value: '{' }] }),
    ])
    assert.equal(failures.length, 1)
    await assert.rejects(metadata.reached(6), { code: 'CORRUPT' })
  }))

test('who waits for a revision when the metadata closes is told', () =>
  inDirectory(async (open) => {
    const metadata = await Metadata.open(await open(), neverFails)
    await Promise.all([
      assert.rejects(metadata.reached(5), { code: 'STORE_CLOSED' }),
      metadata[Symbol.asyncDispose](),
    ])
  }))
