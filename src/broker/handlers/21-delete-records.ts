/**
 * DeleteRecords 0-2 (KIP-107). Offset -1 stands for the high watermark. The new log start is durable when it is answered, so that
 * deleted records do not come back after a crash, as they can in Kafka. The request's timeout is for followers that lag, and with one
 * replica Kafka never applies it: even 0 waits for the own disk.
 */
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type {
  DeleteRecordsRequest,
  DeleteRecordsResponse,
} from '../../protocol/messages/21-delete-records.ts'
import { deleteRecordsBefore } from '../../log/retention.ts'
import { settled } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'

type Topic = DeleteRecordsRequest['topics'][number]
type TopicResult = DeleteRecordsResponse['topics'][number]
type PartitionResult = TopicResult['partitions'][number]

export const deleteRecordsHandler = defineHandler<'DeleteRecords'>({
  api: 'DeleteRecords',
  async handle({ topics }, { broker }) {
    const results = topics.map(async ({ name, partitions }): Promise<TopicResult> => ({
      name,
      partitions: await Promise.all(partitions.map((partition) => deleteFrom(broker, name, partition))),
    }))
    return { throttleTimeMs: 0, topics: await Promise.all(results) }
  },
  failed: (code, _message, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => failure(partitionIndex, code)),
    })),
  }),
})

function deleteFrom(
  broker: Broker,
  name: string,
  { partitionIndex, offset }: Topic['partitions'][number],
): Promise<PartitionResult> {
  return settled(
    async () => {
      const log = broker.topics.partition(name, partitionIndex)
      const topic = broker.topics.named(name)
      if (topic?.internal === true) {
        throw new KafkaError('INVALID_TOPIC_EXCEPTION', `Cannot delete records of internal topic ${name}`)
      }
      if (topic?.config.cleanupPolicy.includes('delete') !== true) {
        throw new KafkaError(
          'POLICY_VIOLATION',
          `records of ${name} can only be deleted if its cleanup.policy has "delete"`,
        )
      }
      if (log.offline !== null) throw log.offline
      const lowWatermark = deleteRecordsBefore(log, offset)
      await broker.logs.persistLogStart(log)
      return { partitionIndex, lowWatermark, errorCode: errorCode('NONE') }
    },
    ({ code }) => failure(partitionIndex, code),
  )
}

function failure(partitionIndex: number, code: number): PartitionResult {
  return { partitionIndex, lowWatermark: -1, errorCode: code }
}
