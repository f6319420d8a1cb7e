/**
 * Tantivy in a process of its own, which it aborts when it is asked for what it can not do: `tantivy-child.ts MODULES`. Requests and
 * answers are messages to and from the parent.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TantivyAnswer, TantivyQuery, TantivyRequest } from './tantivy.ts'

const PACKAGE = '@oxdev03/node-tantivy-binding-linux-x64-gnu'
const HEAP_BYTES = 300_000_000

/** What of the binding is used; it comes without types. */
interface Binding {
  readonly SchemaBuilder: new () => {
    addTextField(name: string, options: object): unknown
    build(): object
  }
  readonly Document: new () => { addText(name: string, text: string): void }
  readonly Index: new (schema: object, path: string, reuse: boolean) => NativeIndex
  readonly Occur: { readonly Must: unknown; readonly Should: unknown }
  readonly Query: {
    termQuery(schema: object, field: string, term: string): object
    phraseQuery(schema: object, field: string, terms: readonly string[]): object
    booleanQuery(clauses: readonly { readonly occur: unknown; readonly query: object }[]): object
  }
}

interface NativeIndex {
  writer(heapBytes: number, threads: number): { addDocument(document: object): void; commit(): void }
  reload(): void
  searcher(): {
    readonly numSegments: number
    search(
      query: object,
      limit: number,
    ): {
      readonly count: number
      readonly hits: readonly { readonly score: number; readonly docAddress: { readonly doc: number } }[]
    }
  }
}

const binding = createRequire(join(process.argv[2] ?? '', 'package.json'))(PACKAGE) as Binding
const folder = mkdtempSync(join(tmpdir(), 'tantivy-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.on('disconnect', () => process.exit(0))

const builder = new binding.SchemaBuilder()
builder.addTextField('text', { stored: false, tokenizerName: 'whitespace', indexOption: 'position' })
const schema = builder.build()
const index = new binding.Index(schema, folder, false)

function write(texts: readonly string[]): void {
  // One thread and one commit make one segment, whose documents are numbered as they came.
  const writer = index.writer(HEAP_BYTES, 1)
  for (const text of texts) {
    const document = new binding.Document()
    document.addText('text', text)
    writer.addDocument(document)
  }
  writer.commit()
  index.reload()
  if (index.searcher().numSegments !== 1) throw new Error('the documents are not in one segment')
}

function queryOf({ kind, terms }: TantivyQuery): object {
  const { Query, Occur } = binding
  const one = (term: string): object => Query.termQuery(schema, 'text', term)
  const [first = ''] = terms
  // A phrase of one word would abort the process.
  if (terms.length === 1) return one(first)
  if (kind === 'phrase') return Query.phraseQuery(schema, 'text', terms)
  const occur = kind === 'and' ? Occur.Must : Occur.Should
  return Query.booleanQuery(terms.map((term) => ({ occur, query: one(term) })))
}

process.on('message', (request: TantivyRequest) => {
  if (request.kind === 'write') write(request.texts)
  const searcher = index.searcher()
  const queries = request.kind === 'search' ? request.queries : []
  const answers = queries.map((query): TantivyAnswer => {
    const { count, hits } = searcher.search(queryOf(query), 10)
    return { count, hits: hits.map(({ score, docAddress }) => ({ score, document: docAddress.doc })) }
  })
  process.send?.(answers)
})
