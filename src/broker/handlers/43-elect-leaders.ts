/**
 * ElectLeaders 0-2 (KIP-183). 1 adds unclean elections (KIP-460). Every partition has one replica, which leads it, so there is never
 * anything to elect; without a list of partitions that is no error, and
 * topics are listed with nothing in them, as in Kafka.
 */
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type { ElectLeadersRequest, ElectLeadersResponse } from '../../protocol/messages/43-elect-leaders.ts'
import type { ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'

const PREFERRED = 0
const UNCLEAN = 1

export const electLeadersHandler = defineHandler<'ElectLeaders'>({
  api: 'ElectLeaders',
  handle(request, { broker }) {
    const { electionType } = request
    if (electionType !== PREFERRED && electionType !== UNCLEAN)
      throw new KafkaError('INVALID_REQUEST', `Unknown election type ${electionType}`)
    if (request.topicPartitions === null) {
      const all = [...broker.topics.all].map(({ name }) => ({ topic: name, partitionResult: [] }))
      return response(errorCode('NONE'), all)
    }
    return response(
      errorCode('NONE'),
      results(request, (topic, partition) => elected(broker, topic, partition)),
    )
  },
  failed: (code, message, request) =>
    response(
      code,
      results(request, () => ({ code, message })),
    ),
})

function elected(broker: Broker, topic: string, partition: number): ApiError {
  const entry = broker.topics.named(topic)
  if (entry === undefined) {
    return { code: errorCode('UNKNOWN_TOPIC_OR_PARTITION'), message: `No such topic as ${topic}` }
  }
  if (entry.logs[partition] === undefined) {
    return {
      code: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
      message: `No such partition as ${topic}-${partition}`,
    }
  }
  return {
    code: errorCode('ELECTION_NOT_NEEDED'),
    message: 'Leader election not needed for topic partition.',
  }
}

function results(
  { topicPartitions }: ElectLeadersRequest,
  resultOf: (topic: string, partition: number) => ApiError,
): ElectLeadersResponse['replicaElectionResults'] {
  return (topicPartitions ?? []).map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map((partitionId) => {
      const { code, message } = resultOf(topic, partitionId)
      return { partitionId, errorCode: code, errorMessage: message }
    }),
  }))
}

function response(
  code: number,
  replicaElectionResults: ElectLeadersResponse['replicaElectionResults'],
): ElectLeadersResponse {
  return { throttleTimeMs: 0, errorCode: code, replicaElectionResults }
}
