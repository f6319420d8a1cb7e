import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { here, installNpm } from '../clients/install.ts'

const PACKAGES = { '@oxdev03/node-tantivy-binding-linux-x64-gnu': '0.3.3' }

/** Terms as the index has them: nothing is analyzed. */
export interface TantivyQuery {
  readonly kind: 'or' | 'and' | 'phrase'
  readonly terms: readonly string[]
}

export interface TantivyAnswer {
  readonly count: number
  /** The ten best. */
  readonly hits: readonly { readonly score: number; readonly document: number }[]
}

export type TantivyRequest =
  | { readonly kind: 'write'; readonly texts: readonly string[] }
  | { readonly kind: 'search'; readonly queries: readonly TantivyQuery[] }

/** An index of Tantivy's in a process of its own. */
export class Tantivy implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = once(child, 'exit')
  }

  /** Installs the binding where it is not there yet. */
  static async start(): Promise<Tantivy> {
    const modules = await installNpm('tantivy', PACKAGES)
    return new Tantivy(fork(here('../oracles/tantivy-child.ts'), [modules], { serialization: 'advanced' }))
  }

  /** Texts are words with spaces between them; a document's number is its place in the list. */
  async write(texts: readonly string[]): Promise<void> {
    await this.#ask({ kind: 'write', texts })
  }

  search(queries: readonly TantivyQuery[]): Promise<readonly TantivyAnswer[]> {
    return this.#ask({ kind: 'search', queries })
  }

  async #ask(request: TantivyRequest): Promise<readonly TantivyAnswer[]> {
    const died = this.#ended.then(() => {
      throw new Error('Tantivy’s process has ended; what it said stands above')
    })
    this.#child.send(request)
    const [answers] = (await Promise.race([once(this.#child, 'message'), died])) as [readonly TantivyAnswer[]]
    return answers
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#ended
  }
}
