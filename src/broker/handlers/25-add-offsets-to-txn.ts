/**
 * AddOffsetsToTxn 0-4 (KIP-98): the partition of `__consumer_offsets` that has the group becomes part of the transaction. Clients that
 * know of transaction.version 2 do without (KIP-890). Before version 2 a fenced producer is told INVALID_PRODUCER_EPOCH.
 */
import { errorCode } from '../../protocol/errors.ts'
import { settled } from '../api-error.ts'
import { fencedCode } from '../fenced-code.ts'
import { defineHandler } from '../handler.ts'
import { OFFSETS_TOPIC } from '../topic-admin.ts'

export const addOffsetsToTxnHandler = defineHandler<'AddOffsetsToTxn'>({
  api: 'AddOffsetsToTxn',
  async handle({ transactionalId, producerId, producerEpoch, groupId }, { broker, apiVersion }) {
    const code = await settled(
      async () => {
        await broker.topicAdmin.ensureOffsetsTopic()
        const partitions = new Map([[OFFSETS_TOPIC, new Set([broker.groups.partitionFor(groupId)])]])
        const request = { producerId, producerEpoch, partitions, clientVersion: 0 }
        return errorCode(await broker.transactions.addPartitions(transactionalId, request))
      },
      ({ code }) => code,
    )
    return { throttleTimeMs: 0, errorCode: fencedCode(code, apiVersion >= 2) }
  },
  failed: (code) => ({ throttleTimeMs: 0, errorCode: code }),
})
