import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  apiOf,
  openTestBroker,
  throughRequestCodec,
  throughResponseCodec,
} from '../../../test/support/test-broker.ts'
import type { RequestInputOf, ApiName } from '../../protocol/api-keys.ts'
import { errorCode } from '../../protocol/errors.ts'
import type { Handler } from '../handler.ts'
import { offsetCommitHandler } from './08-offset-commit.ts'
import { offsetFetchHandler } from './09-offset-fetch.ts'
import { findCoordinatorHandler } from './10-find-coordinator.ts'
import { joinGroupHandler } from './11-join-group.ts'
import { heartbeatHandler } from './12-heartbeat.ts'
import { leaveGroupHandler } from './13-leave-group.ts'
import { syncGroupHandler } from './14-sync-group.ts'
import { describeGroupsHandler } from './15-describe-groups.ts'
import { listGroupsHandler } from './16-list-groups.ts'
import { createTopicsHandler } from './19-create-topics.ts'
import { deleteTopicsHandler } from './20-delete-topics.ts'
import { deleteRecordsHandler } from './21-delete-records.ts'
import { initProducerIdHandler } from './22-init-producer-id.ts'
import { offsetForLeaderEpochHandler } from './23-offset-for-leader-epoch.ts'
import { addPartitionsToTxnHandler } from './24-add-partitions-to-txn.ts'
import { addOffsetsToTxnHandler } from './25-add-offsets-to-txn.ts'
import { endTxnHandler } from './26-end-txn.ts'
import { writeTxnMarkersHandler } from './27-write-txn-markers.ts'
import { txnOffsetCommitHandler } from './28-txn-offset-commit.ts'
import { describeConfigsHandler } from './32-describe-configs.ts'
import { alterConfigsHandler } from './33-alter-configs.ts'
import { describeLogDirsHandler } from './35-describe-log-dirs.ts'
import { createPartitionsHandler } from './37-create-partitions.ts'
import { deleteGroupsHandler } from './42-delete-groups.ts'
import { incrementalAlterConfigsHandler } from './44-incremental-alter-configs.ts'
import { offsetDeleteHandler } from './47-offset-delete.ts'
import { describeQuorumHandler } from './55-describe-quorum.ts'
import { updateFeaturesHandler } from './57-update-features.ts'
import { describeClusterHandler } from './60-describe-cluster.ts'
import { describeProducersHandler } from './61-describe-producers.ts'
import { describeTransactionsHandler } from './65-describe-transactions.ts'
import { listTransactionsHandler } from './66-list-transactions.ts'
import { listConfigResourcesHandler } from './74-list-config-resources.ts'
import { describeTopicPartitionsHandler } from './75-describe-topic-partitions.ts'

type Check = (version: number) => unknown

const broker = await openTestBroker()
test.after(() => broker[Symbol.asyncDispose]())

/** Lets the handler fail a request, in every version that exists, and gives what the client sees. */
function failing<N extends ApiName>(
  handler: Handler<N>,
  request: (version: number) => RequestInputOf<N>,
): [ApiName, Check] {
  const check = (version: number): unknown => {
    const received = throughRequestCodec(handler.api, version, request(version))
    const code = errorCode('UNKNOWN_SERVER_ERROR')
    // The codec of this very API made it.
    const asked = received as Parameters<typeof handler.failed>[2]
    const answer = handler.failed(code, 'why', asked, broker.context(version))
    assert.notEqual(answer, null)
    return throughResponseCodec(handler.api, version, answer ?? {})
  }
  return [handler.api, check]
}

const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ'
const timeoutMs = 1000
const producer = { transactionalId: 'tx', producerId: 1, producerEpoch: 0 }
const config = { name: 'retention.ms', value: '1' }
const resource = { resourceType: 2, resourceName: 't' }

const checks: readonly (readonly [ApiName, Check])[] = [
  failing(offsetCommitHandler, (version) => ({
    groupId: 'g',
    memberId: '',
    topics: [
      {
        ...(version >= 10 ? { topicId } : { name: 't' }),
        partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }],
      },
    ],
  })),
  failing(offsetFetchHandler, (version) =>
    version >= 8
      ? { groups: [{ groupId: 'g', topics: null }] }
      : { groupId: 'g', topics: [{ name: 't', partitionIndexes: [0] }] },
  ),
  failing(findCoordinatorHandler, (version) => (version >= 4 ? { coordinatorKeys: ['g'] } : { key: 'g' })),
  failing(joinGroupHandler, () => ({
    groupId: 'g',
    sessionTimeoutMs: 1,
    memberId: 'm',
    protocolType: 'consumer',
    protocols: [],
  })),
  failing(heartbeatHandler, () => ({ groupId: 'g', generationId: 1, memberId: 'm' })),
  failing(leaveGroupHandler, (version) => ({
    groupId: 'g',
    ...(version >= 3 ? { members: [{ memberId: 'm' }] } : { memberId: 'm' }),
  })),
  failing(syncGroupHandler, () => ({ groupId: 'g', generationId: 1, memberId: 'm', assignments: [] })),
  failing(describeGroupsHandler, () => ({ groups: ['g'] })),
  failing(listGroupsHandler, () => ({})),
  failing(createTopicsHandler, () => ({
    topics: [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [config] }],
  })),
  failing(deleteTopicsHandler, (version) => ({
    timeoutMs,
    ...(version >= 6
      ? {
          topics: [
            { name: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' },
            { name: null, topicId },
          ],
        }
      : { topicNames: ['t'] }),
  })),
  failing(deleteRecordsHandler, () => ({
    topics: [{ name: 't', partitions: [{ partitionIndex: 0, offset: 1 }] }],
    timeoutMs,
  })),
  failing(initProducerIdHandler, () => ({ transactionalId: null, transactionTimeoutMs: 1 })),
  failing(offsetForLeaderEpochHandler, () => ({
    topics: [{ topic: 't', partitions: [{ partition: 0, leaderEpoch: 0 }] }],
  })),
  failing(addPartitionsToTxnHandler, (version) =>
    version >= 4
      ? { transactions: [{ ...producer, topics: [{ name: 't', partitions: [0] }] }] }
      : {
          v3AndBelowTransactionalId: 'tx',
          v3AndBelowProducerId: 1,
          v3AndBelowProducerEpoch: 0,
          v3AndBelowTopics: [{ name: 't', partitions: [0] }],
        },
  ),
  failing(addOffsetsToTxnHandler, () => ({ ...producer, groupId: 'g' })),
  failing(endTxnHandler, () => ({ ...producer, committed: true })),
  failing(writeTxnMarkersHandler, () => ({
    markers: [
      {
        producerId: 1,
        producerEpoch: 0,
        transactionResult: true,
        coordinatorEpoch: 0,
        topics: [{ name: 't', partitionIndexes: [0] }],
      },
    ],
  })),
  failing(txnOffsetCommitHandler, (version) => ({
    ...producer,
    groupId: 'g',
    topics: [
      {
        ...(version >= 6 ? { topicId } : { name: 't' }),
        partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }],
      },
    ],
  })),
  failing(updateFeaturesHandler, () => ({ featureUpdates: [{ feature: 'f', maxVersionLevel: 1 }] })),
  failing(describeTransactionsHandler, () => ({ transactionalIds: ['tx'] })),
  failing(listTransactionsHandler, () => ({ stateFilters: [], producerIdFilters: [] })),
  failing(describeConfigsHandler, () => ({ resources: [{ ...resource, configurationKeys: null }] })),
  failing(alterConfigsHandler, () => ({
    resources: [{ ...resource, configs: [config] }],
    validateOnly: false,
  })),
  failing(describeLogDirsHandler, () => ({ topics: null })),
  failing(createPartitionsHandler, () => ({
    topics: [{ name: 't', count: 2, assignments: null }],
    timeoutMs,
    validateOnly: false,
  })),
  failing(deleteGroupsHandler, () => ({ groupsNames: ['g'] })),
  failing(incrementalAlterConfigsHandler, () => ({
    resources: [{ ...resource, configs: [{ ...config, configOperation: 0 }] }],
    validateOnly: false,
  })),
  failing(offsetDeleteHandler, () => ({ groupId: 'g', topics: [] })),
  failing(describeQuorumHandler, () => ({ topics: [] })),
  failing(describeClusterHandler, () => ({ includeClusterAuthorizedOperations: true })),
  failing(describeProducersHandler, () => ({ topics: [{ name: 't', partitionIndexes: [0] }] })),
  failing(listConfigResourcesHandler, () => ({})),
  failing(describeTopicPartitionsHandler, () => ({ topics: [{ name: 't' }] })),
]

/** Whether the error is anywhere in the response. */
function tells(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(tells)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return false
  return Object.entries(value).some(
    ([name, field]) => (/^(partitionE|e)rrorCode$/.test(name) && field === -1) || tells(field),
  )
}

/** DescribeLogDirs has no place for an error before version 3. */
const silent: ReadonlySet<string> = new Set(['DescribeLogDirs 1', 'DescribeLogDirs 2'])

for (const [api, check] of checks) {
  test(`${api} can tell in every version that it failed`, () => {
    const { versions } = apiOf(api)
    for (let version = versions[0]; version <= versions[1]; version++) {
      assert.equal(tells(check(version)), !silent.has(`${api} ${version}`), `version ${version}`)
    }
  })
}
