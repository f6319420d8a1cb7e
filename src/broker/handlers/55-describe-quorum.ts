/**
 * DescribeQuorum 0-2 (KIP-595). 1 has fetch times (KIP-836), 2 messages and nodes (KIP-853). Kafka keeps its metadata in a topic
 * that a quorum of controllers replicates. Here this node is the whole quorum: the metadata revision stands for the log end, and the
 * count of this broker's registrations for the epoch, since both rise in the same way.
 */
import { errorCode } from '../../protocol/errors.ts'
import type { DescribeQuorumResponse } from '../../protocol/messages/55-describe-quorum.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import type { Broker } from '../broker.ts'
import { clusterNodes } from '../cluster-nodes.ts'
import { defineHandler } from '../handler.ts'

type Partition = DescribeQuorumResponse['topics'][number]['partitions'][number]

const METADATA_TOPIC = '__cluster_metadata'

export const describeQuorumHandler = defineHandler<'DescribeQuorum'>({
  api: 'DescribeQuorum',
  handle(request, context) {
    const { broker, apiVersion } = context
    let found = false
    const topics = request.topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partitionIndex }) => {
        if (topicName !== METADATA_TOPIC || partitionIndex !== 0) return unknown(partitionIndex)
        found = true
        return quorum(broker)
      }),
    }))
    const nodes = found && apiVersion >= 2 ? clusterNodes(broker, context) : []
    return {
      errorCode: errorCode('NONE'),
      errorMessage: '',
      topics,
      nodes: nodes
        .filter(({ nodeId }) => nodeId === broker.nodeId)
        .map(({ nodeId, host, port }) => ({
          nodeId,
          listeners: [{ name: 'CONTROLLER', host, port }],
        })),
    }
  },
  failed: (code, message) => ({ errorCode: code, errorMessage: message, topics: [], nodes: [] }),
})

function quorum({ env, metadata, nodeId }: Broker): Partition {
  const { revision, brokers } = metadata.image
  const now = env.clock.now()
  return {
    partitionIndex: 0,
    errorCode: errorCode('NONE'),
    errorMessage: '',
    leaderId: nodeId,
    leaderEpoch: brokers.get(nodeId)?.registrations ?? 0,
    highWatermark: revision,
    currentVoters: [
      {
        replicaId: nodeId,
        replicaDirectoryId: ZERO_UUID,
        logEndOffset: revision,
        lastFetchTimestamp: now,
        lastCaughtUpTimestamp: now,
      },
    ],
    observers: [],
  }
}

function unknown(partitionIndex: number): Partition {
  return {
    partitionIndex,
    errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
    errorMessage: `only partition 0 of ${METADATA_TOPIC} has a quorum`,
    leaderId: -1,
    leaderEpoch: -1,
    highWatermark: -1,
    currentVoters: [],
    observers: [],
  }
}
