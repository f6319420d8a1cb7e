/** A process with one search engine: takes one task over the channel to its parent, does it, answers, ends. */
import { chronikEngine } from './engines/chronik.ts'
import { duckdbEngine } from './engines/duckdb.ts'
import { sqliteEngine } from './engines/sqlite.ts'
import { tantivyEngine } from './engines/tantivy.ts'
import type { Corpus } from './corpus-files.ts'
import type { EngineName, EngineTask, QueryOutcome, SearchedEngine } from './search-engine.ts'
import type { SearchQuery } from './search-queries.ts'

process.on('message', ({ engine, task }: { readonly engine: EngineName; readonly task: EngineTask }) => {
  void doTask(engineOf(engine), task).then((outcome) => {
    process.send?.(outcome, () => process.exit(0))
  })
})
process.on('disconnect', () => process.exit(1))

function engineOf(name: EngineName): SearchedEngine {
  switch (name) {
    case 'chronik':
      return chronikEngine
    case 'tantivy':
      return tantivyEngine()
    case 'sqlite':
      return sqliteEngine()
    case 'duckdb':
      return duckdbEngine()
  }
  return name
}

function doTask(engine: SearchedEngine, task: EngineTask): Promise<unknown> {
  switch (task.kind) {
    case 'index':
      return engine.index(task.corpus, task.directory)
    case 'query':
      return runQueries(engine, task.corpus, task.directory, task.queries, task.repeats)
    case 'memory':
      if (engine.memory === undefined) throw new Error('this engine has no memory to measure')
      return engine.memory(task.corpus)
  }
  return task
}

async function runQueries(
  engine: SearchedEngine,
  corpus: Corpus,
  directory: string,
  queries: readonly SearchQuery[],
  repeats: number,
): Promise<QueryOutcome> {
  const openedAt = performance.now()
  const index = await engine.open(corpus, directory)
  const [first] = queries
  if (first !== undefined) await index.prepare(first)()
  const firstMillis = performance.now() - openedAt
  const found: string[] = []
  for (const query of queries) found.push(await index.found(query))
  const millis = queries.map(() => Infinity)
  // All queries once, then all again: one that runs alone would be compiled for itself.
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const [at, query] of queries.entries()) {
      const run = index.prepare(query)
      const startedAt = performance.now()
      const answer = run()
      if (answer instanceof Promise) await answer
      millis[at] = Math.min(millis[at] ?? Infinity, performance.now() - startedAt)
    }
  return { firstMillis, millis, found }
}
