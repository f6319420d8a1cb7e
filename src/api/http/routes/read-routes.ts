import type { App } from '../app-types.ts'
import { goneSignal } from '../gone-signal.ts'
import type { HttpDeps } from '../http-deps.ts'
import { lineStream } from '../line-stream.ts'
import { accepts, NDJSON_TYPE } from '../media-type.ts'
import type { MergedReader } from '../records/merged-reader.ts'
import { openReader, partitionsToRead, recordLines, waitForRecord } from '../records/record-read.ts'
import { startPosition } from '../records/start-position.ts'
import { answersInTypes } from '../schemas/answers.ts'
import { outgoingRecordSchema, readAnswer, readQuery } from '../schemas/record-schemas.ts'
import { topicParams } from '../schemas/topic-schemas.ts'
import { topicNamed } from '../topic-lookup.ts'

/** `stopping` ends the reads that wait. */
export function readRoutes(app: App, { broker }: HttpDeps, stopping: AbortSignal): void {
  app.get(
    '/api/v1/topics/:name/records',
    {
      schema: {
        summary: 'Read records',
        description:
          'Reads up to the high watermark. With "Accept: application/x-ndjson" the records come one in each line as they are read, and a failure on the way breaks the answer off.',
        tags: ['records'],
        params: topicParams,
        querystring: readQuery,
        response: answersInTypes(200, 'The records.', {
          'application/json': readAnswer,
          [NDJSON_TYPE]: outgoingRecordSchema,
        }),
      },
    },
    async ({ params, query, headers }, reply) => {
      const entry = topicNamed(broker, params.name)
      const position = startPosition(query.offset, query.timestamp)
      const logs = partitionsToRead(entry, query.partition, position)
      const reader = await openReader(broker, logs, position)
      const gone = goneSignal(reply.raw)
      const { waitMs = 0, limit = 100, maxBytes = 1 << 20, format = 'auto' } = query
      await waitForRecord(broker, reader, waitMs, AbortSignal.any([gone, stopping]))
      const lines = recordLines(reader, { limit, maxBytes, format }, gone)
      if (accepts(headers.accept, NDJSON_TYPE)) return reply.type(NDJSON_TYPE).send(lineStream(lines))
      return reply.type('application/json; charset=utf-8').send(await wholeAnswer(entry.name, reader, lines))
    },
  )
}

async function wholeAnswer(
  topic: string,
  reader: MergedReader,
  lines: AsyncIterable<string>,
): Promise<string> {
  const records = await Array.fromAsync(lines)
  const partitions = reader.positions.map(({ reader: { log }, nextOffset }) => ({
    partition: log.partition,
    nextOffset,
    logStartOffset: log.logStartOffset,
    highWatermark: log.highWatermark,
  }))
  return `{"topic":${JSON.stringify(topic)},"records":[${records.join()}],"partitions":${JSON.stringify(partitions)}}`
}
