import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchContext } from '../bench.ts'
import { writeCorpus, type Corpus } from './corpus-files.ts'
import type { CorpusKind } from './corpus-records.ts'
import { runEngine } from './engine-process.ts'
import type { EngineName, IndexOutcome } from './search-engine.ts'

/** The corpora of one run of the benchmark, and what the engines made of them: each is written when it is first needed. */
export class CorpusShelf {
  readonly #context: BenchContext
  readonly #corpora = new Map<CorpusKind, Corpus>()
  readonly #indexed = new Set<string>()

  constructor(context: BenchContext) {
    this.#context = context
  }

  corpus(kind: CorpusKind): Corpus {
    const known = this.#corpora.get(kind)
    if (known !== undefined) return known
    const { dataDir } = this.#context.options
    const corpus = writeCorpus(join(dataDir, 'corpus', kind), kind, this.#records(kind))
    this.#context.progress(`${kind}: ${corpus.records} records, ${Math.round(corpus.rawBytes / 1e6)} MB`)
    this.#corpora.set(kind, corpus)
    return corpus
  }

  /** Long texts are ten times as large, and everything is indexed several times. */
  #records(kind: CorpusKind): number {
    const { records } = this.#context.options
    return kind === 'logs' ? records : Math.ceil(records / (kind === 'ids' ? 4 : 25))
  }

  directory(engine: EngineName, kind: CorpusKind): string {
    return join(this.#context.options.dataDir, 'indexes', `${engine}-${kind}`)
  }

  /** Indexes anew; `bytes` is what the index takes on disk. */
  async index(engine: EngineName, kind: CorpusKind): Promise<IndexOutcome & { readonly bytes: number }> {
    const corpus = this.corpus(kind)
    const directory = this.directory(engine, kind)
    rmSync(directory, { recursive: true, force: true })
    this.#context.settle()
    const outcome = await runEngine(engine, { kind: 'index', corpus, directory })
    this.#indexed.add(directory)
    return { ...outcome, bytes: bytesBelow(directory) }
  }

  /** Where the engine's index is; it is made when there is none. */
  async indexed(engine: EngineName, kind: CorpusKind): Promise<string> {
    const directory = this.directory(engine, kind)
    if (!this.#indexed.has(directory)) await this.index(engine, kind)
    return directory
  }
}

function bytesBelow(directory: string): number {
  let bytes = 0
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size
  return bytes
}
