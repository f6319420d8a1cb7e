import type { TopicEntry } from '../../../broker/topic-table.ts'
import { KafkaError } from '../../../protocol/errors.ts'
import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'
import type { HttpLimits } from '../http-limits.ts'
import { lineStream } from '../line-stream.ts'
import { accepts, NDJSON_TYPE, ndjsonTypes } from '../media-type.ts'
import { expectedProblem, httpProblem, kafkaProblem, ProblemError } from '../problem.ts'
import { produceAnswer, resultJson, StreamSummary } from '../records/produce-answer.ts'
import { appendAll } from '../records/record-appender.ts'
import { appendLines, type LineResult } from '../records/record-stream.ts'
import { recordsOfBody } from '../records/records-body.ts'
import { answers } from '../schemas/answers.ts'
import {
  incomingRecordSchema,
  produceAnswer as produceAnswerSchema,
  produceBody,
  produceQuery,
  streamAnswer,
} from '../schemas/record-schemas.ts'
import { topicParams } from '../schemas/topic-schemas.ts'
import { topicNamed } from '../topic-lookup.ts'

const summary = 'Append records'

const description = `The answer is sent when the records are as durable as \`wal.sync\` asks for. All records are checked before the
first is appended; what then still fails (a partition that is offline, no disk space) fails for all records of a partition: status
207, and each record has its own result.

With "Content-Type: application/x-ndjson" the body is a stream with one record in each line, of any length, which is appended as it
arrives. It is answered with a summary, or, with "Accept: application/x-ndjson", with one line for each record as soon as it is durable.`

/** The handler reads and checks the body itself, so only the OpenAPI document has its schema. */
const documentedBody = {
  content: { 'application/json': { schema: produceBody }, [NDJSON_TYPE]: { schema: incomingRecordSchema } },
}

/** A body that is read as it arrives. When a line is refused the rest is still on its way: the connection must live on for the answer. */
class RecordStream {
  readonly chunks: AsyncIterable<Buffer>

  constructor(chunks: AsyncIterable<Buffer>) {
    this.chunks = chunks
  }
}

/** The body has parsers of its own: numbers keep their digits, and streams are not gathered. */
export function produceRoutes(app: App, { broker }: HttpDeps, limits: HttpLimits): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  app.addContentTypeParser([...ndjsonTypes], (_request, body, done) =>
    done(null, new RecordStream(body.iterator({ destroyOnReturn: false }))),
  )

  app.post(
    '/api/v1/topics/:name/records',
    {
      config: {
        swaggerTransform: ({ schema, url }) => ({ schema: { ...schema, body: documentedBody }, url }),
      },
      schema: {
        summary,
        description,
        tags: ['records'],
        params: topicParams,
        querystring: produceQuery,
        response: {
          ...answers(200, 'All records are appended and durable.', {
            oneOf: [produceAnswerSchema, streamAnswer],
          }),
          ...answers(
            207,
            'Some records are appended and durable, others were not appended.',
            produceAnswerSchema,
          ),
        },
      },
    },
    async ({ params, headers, body }, reply) => {
      const entry = writableTopic(topicNamed(broker, params.name))
      if (body instanceof RecordStream) {
        const results = appendLines(broker, entry, body.chunks, limits.bodyBytes)
        if (accepts(headers.accept, NDJSON_TYPE))
          return reply.type(NDJSON_TYPE).send(lineStream(resultLines(results)))
        return await streamSummary(entry.name, results)
      }
      if (!Buffer.isBuffer(body)) {
        throw httpProblem(
          'UNSUPPORTED_MEDIA_TYPE',
          'there is no body; send JSON with "Content-Type: application/json" (curl --json)',
        )
      }
      if (broker.logs.backlogged) {
        throw httpProblem(
          'OVERLOADED',
          'the disk does not keep up with the records that arrive; send the request again later',
        )
      }
      const results = await appendAll(broker, entry, recordsOfBody(body), (index) => `record ${index}`)
      const answer = produceAnswer(entry.name, results)
      return reply.code(answer.status).send(answer.body)
    },
  )
}

function writableTopic(entry: TopicEntry): TopicEntry {
  if (!entry.internal) return entry
  throw new KafkaError(
    'INVALID_TOPIC_EXCEPTION',
    `records can not be produced to the internal topic "${entry.name}"`,
  )
}

async function streamSummary(topic: string, results: AsyncIterable<readonly LineResult[]>): Promise<object> {
  const sum = new StreamSummary()
  try {
    for await (const group of results) {
      sum.add(group)
      if (sum.failure !== null) throw lineProblem(sum.failure.line, sum.failure.error)
    }
  } catch (error) {
    throw afterAppending(sum.appended, error)
  }
  return { topic, appended: sum.appended, partitions: sum.partitions }
}

function lineProblem(line: number, error: KafkaError): ProblemError {
  return kafkaProblem(error, [{ at: `line ${line}`, detail: error.message }])
}

/** The problem that ended a stream, with how far it had come. */
function afterAppending(appended: number, error: unknown): unknown {
  const problem = expectedProblem(error)
  if (problem === null) return error
  const detail = `${problem.problem.detail}. ${appended} records before it were appended.`
  return new ProblemError({ ...problem.problem, detail, appended }, problem.headers, { cause: error })
}

/** A line for each record; a problem is the last line, since the status has been sent by then. */
async function* resultLines(results: AsyncIterable<readonly LineResult[]>): AsyncGenerator<string, void> {
  const sum = new StreamSummary()
  try {
    for await (const group of results) {
      sum.add(group)
      for (const { line, result } of group) yield JSON.stringify({ line, ...resultJson(result) })
      if (sum.failure !== null) throw lineProblem(sum.failure.line, sum.failure.error)
    }
  } catch (error) {
    const ended = afterAppending(sum.appended, error)
    if (!(ended instanceof ProblemError)) throw ended
    yield JSON.stringify({ problem: ended.problem })
  }
}
