import { mkdirSync } from 'node:fs'
import { corpusValues, type Corpus } from '../corpus-files.ts'
import { bucketsText, type OpenIndex, type SearchedEngine } from '../search-engine.ts'
import type { SearchQuery } from '../search-queries.ts'
import { peerModule } from './peer-module.ts'
import { costOf } from './processor-seconds.ts'

/** The part of the binding that is used; it comes without types. */
interface Binding {
  readonly SchemaBuilder: new () => SchemaBuilder
  readonly Index: { new (schema: Schema, path: string, reuse: boolean): Index; open(path: string): Index }
  readonly Document: new () => Document
  readonly Query: Queries
}
interface SchemaBuilder {
  addTextField(name: string, options: object): void
  addIntegerField(name: string, options: object): void
  addFloatField(name: string, options: object): void
  addDateField(name: string, options: object): void
  build(): Schema
}
interface Schema {
  readonly fieldNames: unknown
}
interface Document {
  addText(field: string, value: string): void
  addInteger(field: string, value: number): void
  addFloat(field: string, value: number): void
  addDate(field: string, millis: number): void
}
interface Index {
  readonly schema: Schema
  writer(heapBytes: number, threads: number): Writer
  reload(): void
  searcher(): Searcher
}
interface Writer {
  addDocument(document: Document): void
  commit(): void
  waitMergingThreads(): void
}
interface Searcher {
  search(query: Query, limit: number, count: boolean): { readonly count?: number }
  /** Answers with JSON text. */
  aggregate(query: Query, json: string): string
}
interface Query {
  readonly explain: unknown
}
interface Queries {
  termQuery(schema: Schema, field: string, value: string): Query
  phraseQuery(schema: Schema, field: string, words: readonly string[]): Query
  rangeQuery(
    schema: Schema,
    field: string,
    type: number,
    from: number,
    to: number,
    withFrom: boolean,
    withTo: boolean,
  ): Query
  booleanQuery(clauses: readonly { readonly occur: number; readonly query: Query }[]): Query
  constScoreQuery(query: Query, score: number): Query
}

const MUST = 0
const SHOULD = 1
const INTEGER = 2
const HEAP_BYTES = 1_500_000_000
/** No status is above. The binding finds nothing when a bound is missing. */
const STATUS_MAX = 9999

/**
 * Tantivy through its npm binding, with one thread that indexes and memory for one segment. Fields can do what ours can, but that a trace
 * can not be sorted or grouped by; nothing is stored.
 */
export function tantivyEngine(): SearchedEngine {
  const binding = peerModule('@oxdev03/node-tantivy-binding-linux-x64-gnu') as Binding
  return {
    async index(corpus, directory) {
      mkdirSync(directory, { recursive: true })
      const index = new binding.Index(schemaOf(binding), directory, false)
      const { processor, elapsed } = await costOf(() => {
        const writer = index.writer(HEAP_BYTES, 1)
        eachDocument(binding, corpus, (document) => writer.addDocument(document))
        writer.commit()
        writer.waitMergingThreads()
      })
      const handOver = await costOf(() => eachDocument(binding, corpus, () => undefined))
      return { processorSeconds: processor, handOverSeconds: handOver.processor, seconds: elapsed }
    },
    open(_corpus, directory) {
      const index = binding.Index.open(directory)
      index.reload()
      return Promise.resolve(openTantivy(binding, index.schema, index.searcher()))
    },
  }
}

function schemaOf({ SchemaBuilder }: Binding): Schema {
  const builder = new SchemaBuilder()
  const keyword = { stored: false, tokenizerName: 'raw', indexOption: 'basic' }
  const column = { stored: false, indexed: false, fast: true }
  builder.addDateField('ts', column)
  for (const name of ['level', 'service', 'host']) builder.addTextField(name, { ...keyword, fast: true })
  builder.addIntegerField('status', column)
  builder.addFloatField('latency_ms', column)
  builder.addTextField('trace', { ...keyword, fast: false })
  builder.addIntegerField('user_id', column)
  builder.addTextField('msg', {
    stored: false,
    tokenizerName: 'default',
    indexOption: 'position',
    fast: false,
  })
  return builder.build()
}

interface LogRecord {
  readonly ts: string
  readonly level: string
  readonly service: string
  readonly host: string
  readonly status: number
  readonly latency_ms: number
  readonly trace: string
  readonly user: { readonly id: number }
  readonly msg: string
}

function eachDocument({ Document }: Binding, corpus: Corpus, take: (document: Document) => void): void {
  for (const value of corpusValues(corpus)) {
    const record = JSON.parse(value.toString()) as LogRecord
    const document = new Document()
    // In spite of its typings the binding takes milliseconds.
    document.addDate('ts', Date.parse(record.ts))
    document.addText('level', record.level)
    document.addText('service', record.service)
    document.addText('host', record.host)
    document.addInteger('status', record.status)
    document.addFloat('latency_ms', record.latency_ms)
    document.addText('trace', record.trace)
    document.addInteger('user_id', record.user.id)
    document.addText('msg', record.msg)
    take(document)
  }
}

interface Buckets {
  readonly hours: {
    readonly buckets: readonly {
      readonly key: number
      readonly services: { readonly buckets: readonly { readonly key: string; readonly doc_count: number }[] }
    }[]
  }
}

const aggregations = JSON.stringify({
  hours: {
    date_histogram: { field: 'ts', fixed_interval: '1h' },
    aggs: { services: { terms: { field: 'service', size: 100 } } },
  },
})

function openTantivy({ Query }: Binding, schema: Schema, searcher: Searcher): OpenIndex {
  const statusFrom = (from: number): Query =>
    Query.rangeQuery(schema, 'status', INTEGER, from, STATUS_MAX, true, true)
  const must = (query: Query) => ({ occur: MUST, query })
  const queryOf = (query: SearchQuery): Query => {
    switch (query.kind) {
      case 'any': {
        const words = query.words.map((word) => Query.termQuery(schema, 'msg', word))
        const [first] = words
        if (words.length === 1 && first !== undefined) return first
        return Query.booleanQuery(words.map((word) => ({ occur: SHOULD, query: word })))
      }
      case 'all':
        return Query.booleanQuery([
          ...query.words.map((word) => must(Query.termQuery(schema, 'msg', word))),
          must(Query.constScoreQuery(Query.termQuery(schema, 'level', query.level), 0)),
          must(Query.constScoreQuery(statusFrom(query.statusFrom), 0)),
        ])
      case 'phrase':
        return Query.phraseQuery(schema, 'msg', query.words)
      case 'histogram':
        return statusFrom(query.statusFrom)
      case 'trace':
        return Query.termQuery(schema, 'trace', query.trace)
    }
    return query
  }
  return {
    prepare(query) {
      const made = queryOf(query)
      if (query.kind === 'histogram') return () => searcher.aggregate(made, aggregations)
      return () => searcher.search(made, 10, false)
    },
    found(query) {
      const made = queryOf(query)
      if (query.kind !== 'histogram') return String(searcher.search(made, 10, true).count)
      // The shape is that of the request.
      const { hours } = JSON.parse(searcher.aggregate(made, aggregations)) as Buckets
      return bucketsText(
        hours.buckets.flatMap(({ key, services }) =>
          services.buckets.map((bucket) => [key, bucket.key, bucket.doc_count] as const),
        ),
      )
    },
  }
}
