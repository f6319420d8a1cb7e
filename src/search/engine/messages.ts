import type { HighlightOptions } from '../highlight/highlight-options.ts'
import type { DocAddress } from '../index/index-reader.ts'
import type { LogView } from '../../log/log-files.ts'
import type { Coverage, Hit, SearchPartial, SearchRequest, SearchStatistics } from '../search-request.ts'

/**
 * What the engine and its worker threads say to each other. Everything is plain data. A partition is named by a number that the
 * engine gives it when it opens it and never gives again.
 */
export type ToWorker =
  | { readonly kind: 'open'; readonly key: number; readonly partition: PartitionSpec; readonly view: LogView }
  | { readonly kind: 'view'; readonly key: number; readonly view: LogView }
  /** The partition is gone, or is not to be searched any more: its files go, too. */
  | { readonly kind: 'drop'; readonly key: number }
  | { readonly kind: 'rebuild'; readonly key: number }
  | { readonly kind: 'request'; readonly id: number; readonly request: WorkerRequest }

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: WorkerAnswer }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'state'; readonly state: WorkerState }
  | {
      readonly kind: 'log'
      readonly level: 'info' | 'warn' | 'error'
      readonly message: string
      readonly fields: Readonly<Record<string, unknown>>
    }

export interface PartitionSpec {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** Where its index files are. */
  readonly directory: string
  /** What the log had when the server started. Index files that say more are about records that were lost, and go. */
  readonly logEndAtStart: number
  readonly mapping: TopicMapping
}

/** How the values of a topic become fields. */
export interface TopicMapping {
  /** Fields beyond this number go into `_overflow`. */
  readonly fieldsMax: number
  /** Names of analyzers by field; the others get `standard`. */
  readonly analyzers: Readonly<Record<string, string>>
}

export interface WorkerSettings {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly mergeBytes: number
  /** Of all tails of this worker. */
  readonly memoryBytes: number
  /** Pages of index files that are kept in memory. */
  readonly cacheBytes: number
  readonly bucketsMax: number
  readonly clausesMax: number
  /** Bytes that one request may allocate. */
  readonly requestBytesMax: number
}

export type WorkerRequest =
  | SearchWork
  | { readonly kind: 'statistics'; readonly search: SearchWork }
  /** Records of those hits that are in partitions of this worker, highlighted for the query of the search. */
  | {
      readonly kind: 'documents'
      readonly search: SearchWork
      readonly hits: readonly Hit[]
      readonly options: DocumentOptions
    }
  | CompleteWork
  | { readonly kind: 'fields'; readonly keys: readonly number[] }
  | {
      readonly kind: 'values'
      readonly keys: readonly number[]
      readonly field: string
      readonly prefix: string
      readonly limit: number
      readonly timeoutMs: number
    }
  /** Everything in memory that is worth it goes to files; answered when it is there. */
  | { readonly kind: 'stop' }

export interface SearchWork {
  readonly kind: 'search'
  readonly partitions: readonly SearchedPartition[]
  readonly request: SearchRequest
  /** Milliseconds, `from` inclusive and `to` exclusive: already part of the query, here to leave out whole indexes. */
  readonly timeRange: { readonly from: number; readonly to: number } | null
  /** Of all workers. Null: this one has all partitions, or nothing is scored. */
  readonly statistics: readonly SearchStatistics[] | null
  /** How long the indexes may take to reach the wanted offsets. */
  readonly waitMs: number
  readonly timeoutMs: number
  /** How many of the best hits nobody wants to see. */
  readonly from: number
  readonly documents: DocumentOptions | null
  /** Names of aggregations say their types, as some clients of Elasticsearch ask for. */
  readonly typedKeys: boolean
  /** No other worker has a part in it: the answer is to have hits from `from` on, documents, and finished aggregations. */
  readonly final: boolean
  /** Its first number is set to 1 when nobody waits for the answer any more. */
  readonly cancelled: SharedArrayBuffer
}

/** What several workers found, to be put together. */
export interface CompleteWork {
  readonly kind: 'complete'
  readonly request: SearchRequest
  readonly partials: readonly SearchPartial[]
  readonly aggregatedHits: readonly AggregatedHit[]
  readonly typedKeys: boolean
}

export interface SearchedPartition {
  readonly key: number
  /** First offset that may be found. */
  readonly from: number
  /** The index must have reached this offset, as far as `waitMs` allows. */
  readonly target: number
  /** Nothing from here on may be found; null: whatever the index has. */
  readonly to: number | null
}

export interface DocumentOptions {
  readonly highlight: HighlightOptions | null
}

/** A record as it is in the log. */
export interface StoredDocument {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  /** The value is a JSON text, checked. */
  readonly valueIsJson: boolean
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[]
  /** Fragments by field. */
  readonly highlight: Readonly<Record<string, readonly string[]>> | null
}

export type WorkerAnswer =
  | SearchAnswer
  | { readonly kind: 'statistics'; readonly statistics: SearchStatistics }
  /** In the order of the hits; null where the log does not have the record any more, or another worker has it. */
  | { readonly kind: 'documents'; readonly documents: readonly (StoredDocument | null)[] }
  | { readonly kind: 'completed'; readonly partial: SearchPartial; readonly aggregations: string | null }
  | { readonly kind: 'fields'; readonly fields: readonly FieldSummary[] }
  | { readonly kind: 'values'; readonly values: readonly ValueCount[] }
  | { readonly kind: 'stopped' }

export interface SearchAnswer {
  readonly kind: 'search'
  readonly partial: SearchPartial
  readonly coverage: readonly Coverage[]
  readonly documents: readonly (StoredDocument | null)[] | null
  /** The JSON text of the aggregations in their final form. */
  readonly aggregations: string | null
  /** For the worker that puts answers together. */
  readonly aggregatedHits: readonly AggregatedHit[]
}

/** A hit within an aggregation, with its record. */
export interface AggregatedHit extends DocAddress {
  readonly document: StoredDocument
}

export interface FieldSummary {
  readonly name: string
  /** Views that some index has: text, keyword, long, double, date, boolean. */
  readonly types: readonly string[]
  /** Documents that have it. */
  readonly docCount: number
}

export interface ValueCount {
  readonly value: string
  readonly count: number
}

/** An error as data; `code` says what the engine makes of it again. */
export interface Failure {
  readonly name: 'limit' | 'query' | 'other'
  readonly code: string
  readonly message: string
  readonly position: number
}

/** What a worker tells about itself from time to time. */
export interface WorkerState {
  readonly partitions: readonly PartitionIndexState[]
  readonly merges: number
  readonly rebuilds: number
  readonly skippedBatches: number
}

export interface PartitionIndexState {
  readonly key: number
  /** Every offset below is indexed. */
  readonly indexedTo: number
  readonly lagBytes: number
  readonly tailBytes: number
  readonly fileBytes: number
  readonly files: number
}
