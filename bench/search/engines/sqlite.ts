import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { corpusValues } from '../corpus-files.ts'
import type { OpenIndex, SearchedEngine } from '../search-engine.ts'
import type { SearchQuery } from '../search-queries.ts'
import { costOf } from './processor-seconds.ts'

/** SQLite's FTS5 over the messages alone; it has nothing for the other fields that is comparable. */
export function sqliteEngine(): SearchedEngine {
  return {
    async index(corpus, directory) {
      mkdirSync(directory, { recursive: true })
      const { processor, elapsed } = await costOf(() => {
        using database = new DatabaseSync(join(directory, 'fts.db'))
        database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN')
        database.exec(
          `CREATE VIRTUAL TABLE records USING fts5(msg, content = '', detail = full, tokenize = "unicode61 remove_diacritics 0")`,
        )
        const insert = database.prepare('INSERT INTO records(rowid, msg) VALUES (?, ?)')
        let row = 0
        for (const value of corpusValues(corpus)) {
          const { msg } = JSON.parse(value.toString()) as { readonly msg: string }
          insert.run((row += 1), msg)
        }
        database.exec(`COMMIT; INSERT INTO records(records) VALUES ('optimize')`)
      })
      const handOver = await costOf(() => {
        for (const value of corpusValues(corpus)) JSON.parse(value.toString())
      })
      return { processorSeconds: processor, handOverSeconds: handOver.processor, seconds: elapsed }
    },
    open(_corpus, directory) {
      return Promise.resolve(openSqlite(new DatabaseSync(join(directory, 'fts.db'), { readOnly: true })))
    },
  }
}

function openSqlite(database: DatabaseSync): OpenIndex {
  const best = database.prepare(
    'SELECT rowid, rank FROM records WHERE records MATCH ? ORDER BY rank LIMIT 10',
  )
  const count = database.prepare('SELECT count(*) AS hits FROM records WHERE records MATCH ?')
  return {
    prepare(query) {
      const text = textOf(query)
      return () => best.all(text)
    },
    found: (query) => String(count.get(textOf(query))?.['hits']),
  }
}

function textOf(query: SearchQuery): string {
  if (query.kind === 'any') return query.words.map((word) => `"${word}"`).join(' OR ')
  if (query.kind === 'phrase') return `"${query.words.join(' ')}"`
  throw new Error(`FTS5 is not asked for "${query.kind}"`)
}
