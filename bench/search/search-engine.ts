import type { Corpus } from './corpus-files.ts'
import type { SearchQuery } from './search-queries.ts'

export type EngineName = 'chronik' | 'tantivy' | 'sqlite' | 'duckdb'

/** What a process with one engine is told to do. Where an index lies is a directory of its own. */
export type EngineTask =
  | { readonly kind: 'index'; readonly corpus: Corpus; readonly directory: string }
  | {
      readonly kind: 'query'
      readonly corpus: Corpus
      readonly directory: string
      readonly queries: readonly SearchQuery[]
      /** Each query is run so often, and its fastest run counts. */
      readonly repeats: number
    }
  | { readonly kind: 'memory'; readonly corpus: Corpus }

export interface IndexOutcome {
  /** Of all threads of the process, in seconds. */
  readonly processorSeconds: number
  /** Of that, what goes into parsing the records and handing them over, where the engine does not read bytes itself. */
  readonly handOverSeconds: number
  readonly seconds: number
}

export interface QueryOutcome {
  /** Of opening the index until the first query is answered. */
  readonly firstMillis: number
  /** Of each query, in milliseconds. */
  readonly millis: readonly number[]
  /** What each query found, in a form that must be equal for all engines: the number of hits, or buckets. */
  readonly found: readonly string[]
}

export interface MemoryOutcome {
  /** What the process holds more than before, in bytes. */
  readonly bytes: number
  /** What the index itself thinks that it holds. */
  readonly stated: number
}

export type TaskOutcome<T extends EngineTask> = T extends { kind: 'index' }
  ? IndexOutcome
  : T extends { kind: 'query' }
    ? QueryOutcome
    : MemoryOutcome

/** An engine within its process. Bytes on disk are looked at from outside. */
export interface SearchedEngine {
  index(corpus: Corpus, directory: string): Promise<IndexOutcome>
  /** Opens an index that another process made. */
  open(corpus: Corpus, directory: string): Promise<OpenIndex>
  memory?(corpus: Corpus): Promise<MemoryOutcome>
}

export interface OpenIndex {
  /** Makes the query ready; the function that is returned is what is timed. */
  prepare(query: SearchQuery): () => unknown
  /** What the query finds, counted to the end. */
  found(query: SearchQuery): Promise<string> | string
}

/** Buckets in the form in which engines are compared. */
export function bucketsText(
  buckets: readonly (readonly [hour: number, service: string, count: number])[],
): string {
  return buckets
    .map((bucket) => bucket.join(' '))
    .sort()
    .join('\n')
}
