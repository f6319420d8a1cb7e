/**
 * OffsetDelete 0 (KIP-496). Topics and partitions that do not exist get an error of their own; offsets of topics that the group
 * reads are kept. An error of the group stands alone.
 *
 * Divergence: results come in the order of the request.
 */
import { errorCode } from '../../protocol/errors.ts'
import type { OffsetDeleteResponse } from '../../protocol/messages/47-offset-delete.ts'
import { defineHandler } from '../handler.ts'

export const offsetDeleteHandler = defineHandler<'OffsetDelete'>({
  api: 'OffsetDelete',
  async handle(request, { broker }) {
    const known = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.filter(
        ({ partitionIndex }) => broker.topics.named(name)?.logs[partitionIndex] !== undefined,
      ),
    }))
    const deleted = await broker.groups.deleteOffsets({ ...request, topics: known })
    if (deleted.errorCode !== errorCode('NONE')) return failure(deleted.errorCode)
    const codes = new Map(
      deleted.topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, errorCode }) => [`${name}:${partitionIndex}`, errorCode] as const),
      ),
    )
    const missing = errorCode('UNKNOWN_TOPIC_OR_PARTITION')
    return {
      ...failure(errorCode('NONE')),
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: codes.get(`${name}:${partitionIndex}`) ?? missing,
        })),
      })),
    }
  },
  failed: (code) => failure(code),
})

function failure(code: number): OffsetDeleteResponse {
  return { errorCode: code, throttleTimeMs: 0, topics: [] }
}
