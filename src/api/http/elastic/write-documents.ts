import type { Broker } from '../../../broker/broker.ts'
import type { TopicEntry } from '../../../broker/topic-table.ts'
import { hitId } from '../../../search/query/hit-id.ts'
import { ProblemError } from '../problem.ts'
import { appendAll, type RecordResult } from '../records/record-appender.ts'
import { ElasticError, elasticError, illegalArgument, kafkaReason, noSuchIndex } from './elastic-error.ts'

/** A document to be written as a record. */
export interface NewDocument {
  readonly index: string
  /** Becomes the key of the record. Null: none, and the id is where the record is. */
  readonly id: string | null
  /** The key when there is no id. */
  readonly routing: string | null
  /** JSON text, which becomes the value as it is. */
  readonly source: Buffer
}

/** What became of a document: where it is, or why it is not. */
export type WrittenDocument =
  | { readonly kind: 'written'; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failed'; readonly error: ElasticError }

/**
 * Appends documents as records and resolves when they are durable. A topic that does not exist is created when
 * `auto.create.topics.enable` is set. What is wrong with one document is a matter of that one alone.
 */
export async function writeDocuments(
  broker: Broker,
  documents: readonly NewDocument[],
): Promise<readonly WrittenDocument[]> {
  if (broker.logs.backlogged) {
    throw new ElasticError(
      429,
      'es_rejected_execution_exception',
      'the disk does not keep up with the records that arrive; send the request again later',
    )
  }
  const results: WrittenDocument[] = documents.map(() => ({
    kind: 'failed',
    error: illegalArgument('not written'),
  }))
  const places = new Map<string, number[]>()
  for (const [place, { index }] of documents.entries())
    places.set(index, [...(places.get(index) ?? []), place])
  await Promise.all(
    [...places].map(async ([index, its]) => {
      const written = await writeTo(
        broker,
        index,
        its.map((place) => documents[place]!),
      )
      for (const [i, place] of its.entries()) results[place] = written[i]!
    }),
  )
  return results
}

async function writeTo(
  broker: Broker,
  index: string,
  documents: readonly NewDocument[],
): Promise<readonly WrittenDocument[]> {
  let entry: TopicEntry
  try {
    entry = await writableTopic(broker, index)
  } catch (error) {
    const failure = elasticError(error)
    if (failure === null) throw error
    return documents.map(() => ({ kind: 'failed', error: failure }))
  }
  try {
    return await append(broker, entry, documents)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const failure = elasticError(error) ?? illegalArgument(error.message)
    if (documents.length === 1) return [{ kind: 'failed', error: failure }]
    // One was refused before any was appended: each goes alone, and fails alone.
    const alone: WrittenDocument[] = []
    for (const document of documents) alone.push(...(await writeTo(broker, index, [document])))
    return alone
  }
}

async function writableTopic(broker: Broker, name: string): Promise<TopicEntry> {
  if (broker.topics.named(name) === undefined) {
    if (!broker.config.get('auto.create.topics.enable')) throw noSuchIndex(name)
    const failure = (await broker.topicAdmin.autoCreate([name])).get(name)
    if (failure !== undefined) throw failure
  }
  const entry = broker.topics.named(name)
  if (entry === undefined) throw noSuchIndex(name)
  if (entry.internal) throw illegalArgument(`records can not be written to the internal topic [${name}]`)
  return entry
}

async function append(
  broker: Broker,
  entry: TopicEntry,
  documents: readonly NewDocument[],
): Promise<readonly WrittenDocument[]> {
  const records = documents.map(({ id, routing, source }) => ({
    key: id === null && routing === null ? null : Buffer.from(id ?? routing ?? ''),
    value: source,
    headers: [],
    partition: null,
    timestamp: null,
  }))
  const results = await appendAll(broker, entry, records, (place) => `document ${place}`)
  return results.map((result, i) => written(entry.name, documents[i]?.id ?? null, result))
}

function written(topic: string, id: string | null, result: RecordResult): WrittenDocument {
  if (result.kind === 'failed') {
    return { kind: 'failed', error: kafkaReason(result.error) }
  }
  const { partition, offset } = result
  return {
    kind: 'written',
    answer: {
      _index: topic,
      _id: id ?? hitId({ topic, partition, offset }),
      _version: 1,
      result: 'created',
      _shards: { total: 1, successful: 1, failed: 0 },
      _seq_no: offset,
      _primary_term: 1,
    },
  }
}
