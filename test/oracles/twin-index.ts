import { type Document, mapping, settings } from './corpus.ts'
import { type Answer, type Door, listOf, member, textOf } from './door.ts'

/** The same documents in both servers, under the same ids: where our log has each of them. */
export class TwinIndex implements AsyncDisposable {
  readonly name: string
  /** Ids by the order in which the documents were given. */
  readonly ids: readonly string[]
  readonly #ours: Door
  readonly #theirs: Door

  private constructor(name: string, ids: readonly string[], ours: Door, theirs: Door) {
    this.name = name
    this.ids = ids
    this.#ours = ours
    this.#theirs = theirs
  }

  static async load(
    name: string,
    documents: readonly Document[],
    partitions: number,
    ours: Door,
    theirs: Door,
  ): Promise<TwinIndex> {
    await ours.must('PUT', `/${name}`, { settings: { number_of_shards: partitions } })
    const numbered = documents.map((document, num) => ({ num, ...document }))
    // A batch of its own for each makes their spread over partitions, and their order, another one each time.
    await ours.bulk(
      `/${name}/_bulk`,
      numbered.map((document) => [{ index: {} }, document]),
    )
    const all = await ours.must('POST', `/${name}/_search`, { size: 10_000, track_total_hits: true })
    const ids: string[] = []
    for (const hit of listOf(member(all, 'hits', 'hits')))
      ids[Number(member(hit, '_source', 'num'))] = textOf(member(hit, '_id'))
    if (ids.filter(() => true).length !== documents.length)
      throw new Error(`${documents.length} documents were written, and ${ids.length} are found`)
    await theirs.must('PUT', `/${name}`, { settings, mappings: mapping })
    await theirs.bulk(
      `/${name}/_bulk?refresh=true`,
      numbered.map((document) => [{ index: { _id: ids[document.num] } }, document]),
    )
    return new TwinIndex(name, ids, ours, theirs)
  }

  ask(ours: object, theirs: object, path = '_search'): Promise<readonly [Answer, Answer]> {
    return Promise.all([
      this.#ours.ask('POST', `/${this.name}/${path}`, ours),
      this.#theirs.ask('POST', `/${this.name}/${path}`, theirs),
    ])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ours.must('DELETE', `/${this.name}`)
    await this.#theirs.must('DELETE', `/${this.name}`)
  }
}
