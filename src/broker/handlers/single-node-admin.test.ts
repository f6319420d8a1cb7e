import assert from 'node:assert/strict'
import test from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { alterReplicaLogDirsHandler } from './34-alter-replica-log-dirs.ts'
import { describeLogDirsHandler } from './35-describe-log-dirs.ts'
import { electLeadersHandler } from './43-elect-leaders.ts'
import { alterPartitionReassignmentsHandler } from './45-alter-partition-reassignments.ts'
import { listPartitionReassignmentsHandler } from './46-list-partition-reassignments.ts'
import { unregisterBrokerHandler } from './64-unregister-broker.ts'

// What is expected here is what Apache Kafka 4.4 answers with one node.

test('there is never a leader to elect', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const elect = async (electionType: number, partitions: readonly number[], topic = 't') => {
    const topicPartitions = [{ topic, partitions: [...partitions] }]
    const { replicaElectionResults } = await server.call(electLeadersHandler, 2, {
      electionType,
      topicPartitions,
    })
    return replicaElectionResults[0]?.partitionResult.map(({ errorCode }) => errorCode)
  }
  assert.deepEqual(await elect(0, [0, 7]), [84, 3])
  assert.deepEqual(await elect(1, [0]), [84])
  assert.deepEqual(await elect(0, [0], 'nope'), [3])
  const all = await server.call(electLeadersHandler, 2, { electionType: 0, topicPartitions: null })
  assert.deepEqual(
    all.replicaElectionResults.map((result) => ({ ...result })),
    [{ topic: 't', partitionResult: [] }],
  )
  await assert.rejects(async () => elect(5, [0]), { errorName: 'INVALID_REQUEST' })
})

test('partitions can only be assigned to this node', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const reassign = async (replicas: number[] | null, partitionIndex = 0, name = 't') => {
    const { responses } = await server.call(alterPartitionReassignmentsHandler, 1, {
      topics: [{ name, partitions: [{ partitionIndex, replicas }] }],
    })
    return responses[0]?.partitions[0]?.errorCode
  }
  assert.equal(await reassign([1]), 0)
  assert.equal(await reassign(null), 85)
  for (const replicas of [[], [1, 1], [2], [-2], [1, 2]]) assert.equal(await reassign(replicas), 39)
  assert.equal(await reassign([1], 9), 3)
  assert.equal(await reassign([1], 0, 'nope'), 3)
  assert.deepEqual((await server.call(listPartitionReassignmentsHandler, 0, { topics: null })).topics, [])
})

test('partitions can only be moved to the directory where they are', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const [dir] = (await server.call(describeLogDirsHandler, 4, { topics: null })).results
  assert.ok(dir !== undefined && dir.totalBytes >= dir.usableBytes && dir.usableBytes > 0)
  const move = async (path: string, name: string) => {
    const { results } = await server.call(alterReplicaLogDirsHandler, 2, {
      dirs: [{ path, topics: [{ name, partitions: [0, 9] }] }],
    })
    return results[0]?.partitions.map(({ errorCode }) => errorCode)
  }
  assert.deepEqual(await move(dir.logDir, 't'), [0, 3])
  assert.deepEqual(await move('/elsewhere', 't'), [57, 57])
  assert.deepEqual(await move('relative', 'nope'), [57, 57])
})

test('neither this broker nor one that is not there can be unregistered', async () => {
  await using server = await openTestBroker()
  assert.equal((await server.call(unregisterBrokerHandler, 0, { brokerId: 9 })).errorCode, 102)
  assert.equal((await server.call(unregisterBrokerHandler, 0, { brokerId: 1 })).errorCode, 42)
})
