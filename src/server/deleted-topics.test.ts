import assert from 'node:assert/strict'
import { it } from 'node:test'
import { simEnv } from '../env/sim/env.ts'
import { registerBroker } from '../metadata/brokers.ts'
import { LocalStore } from '../metadata/local-store.ts'
import { Metadata } from '../metadata/metadata.ts'
import { createTopic, deleteTopic } from '../metadata/topics.ts'
import { removeDeletedTopics } from './deleted-topics.ts'

it('removes what is left of topics that are known to be deleted, and nothing else', async () => {
  const env = simEnv(1)
  const run = async (): Promise<void> => {
    const store = await LocalStore.open({
      directory: '/data/metadata',
      files: env.files,
      clock: env.clock,
      random: env.random,
      snapshotBytes: 1 << 20,
      retainedSnapshots: 2,
      onFenced: (error) => {
        throw error
      },
    })
    await using metadata = await Metadata.open(store, (error) => {
      throw error
    })
    const registration = {
      brokerId: 1,
      incarnation: 'one',
      endpoints: [{ listener: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 'PLAINTEXT' }],
      rack: null,
    }
    await metadata.change((image) => registerBroker(image, registration))
    const create = async (name: string): Promise<string> => {
      const request = { name, partitions: 1, replicationFactor: -1, assignments: [], configs: new Map() }
      const context = {
        random: env.random,
        defaultPartitions: 1,
        defaultReplicationFactor: 1,
        maxPartitions: 10,
        checkConfigs: () => {},
      }
      const { result } = await metadata.change((image) => createTopic(image, request, context))
      await env.files.makeDirectory(`/data/log/${result.topicId}-0`)
      return result.topicId
    }
    const [kept, deleted, earlier] = [await create('kept'), await create('deleted'), await create('earlier')]
    await metadata.change((image) => deleteTopic(image, earlier))
    // The files of this one went while the server ran, so the deletion of the next one lets the metadata forget it.
    await metadata.change((image) => deleteTopic(image, deleted, [earlier]))
    const unknown = 'BBBBBBBBBBBBBBBBBBBBBB'
    await env.files.makeDirectory(`/data/log/${unknown}-3`)
    assert.equal(await removeDeletedTopics(env, '/data', metadata), 1)
    assert.deepEqual(await env.files.list('/data/log'), [`${kept}-0`, `${earlier}-0`, `${unknown}-3`].sort())
    assert.equal(await removeDeletedTopics(env, '/data', metadata), 0)
    assert.equal((await store.range('/topic-deleted/')).entries.length, 0)
  }
  await env.kernel.settle(run())
})
