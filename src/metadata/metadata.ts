import { type BulkTransaction, transactInBulk } from './bulk-transaction.ts'
import { applyDelta, type AppliedDelta, type MetadataDelta } from './delta.ts'
import { EMPTY_IMAGE, type MetadataImage } from './image.ts'
import { ROOT } from './keys.ts'
import { type MetaEvent, type MetaStore, MetaStoreError, type RangeResult } from './meta-store.ts'

/** Called for every new image, in order. It must not throw: what it cannot do now it has to schedule. */
export type MetadataSubscriber = (delta: MetadataDelta, image: MetadataImage, before: MetadataImage) => void

/** What a pure decision wants: the change, and the answer to give when it was applied. */
export interface Decision<T> {
  /** Null when the image already is as wanted. */
  readonly change: BulkTransaction | null
  readonly result: T
}

export interface Changed<T> {
  readonly result: T
  /** The revision of the change, or of the image when nothing had to change. */
  readonly revision: number
}

/** How often a decision is taken anew because another writer was faster. */
const MAX_ATTEMPTS = 32

interface Waiter {
  readonly revision: number
  readonly settle: PromiseWithResolvers<void>
}

/** Events that turn the keys of the image's revision into the entries of a later range. */
function differences(known: ReadonlyMap<string, number>, { entries, revision }: RangeResult): MetaEvent[] {
  const present = new Set(entries.map(({ key }) => key))
  const events: MetaEvent[] = []
  for (const key of known.keys())
    if (!present.has(key)) events.push({ kind: 'delete', key, modRevision: revision })
  for (const entry of entries)
    if (known.get(entry.key) !== entry.modRevision) events.push({ kind: 'put', ...entry })
  return events
}

/**
 * The one owner of the metadata in a process: it follows the store and keeps the current image. Everything else reads
 * `image` or subscribes, and changes things by a pure decision on an image, through {@link change}.
 */
export class Metadata implements AsyncDisposable {
  readonly store: MetaStore
  #image: MetadataImage
  /** Mod revisions of all keys, for the day when the watch must be replaced by a new range. */
  readonly #known: Map<string, number>
  readonly #subscribers = new Set<MetadataSubscriber>()
  #waiters: Waiter[] = []
  #failure: unknown = null
  readonly #onFailed: (error: unknown) => void
  #following: Promise<void> = Promise.resolve()
  #stop: () => void = () => {}

  private constructor(store: MetaStore, range: RangeResult, onFailed: (error: unknown) => void) {
    this.store = store
    this.#onFailed = onFailed
    this.#known = new Map(range.entries.map(({ key, modRevision }) => [key, modRevision]))
    const events = range.entries.map((entry): MetaEvent => ({ kind: 'put', ...entry }))
    this.#image = applyDelta(EMPTY_IMAGE, events, range.revision).image
  }

  /**
   * Reads the whole state and starts to follow it. The store belongs to this object from now on, which closes it.
   * `onFailed` is called once when the image can no longer follow: the store is fenced, or holds what cannot be read.
   * The process should stop then.
   */
  static async open(store: MetaStore, onFailed: (error: unknown) => void): Promise<Metadata> {
    const metadata = new Metadata(store, await store.range(ROOT), onFailed)
    metadata.#following = metadata.#follow()
    return metadata
  }

  get image(): MetadataImage {
    return this.#image
  }

  /** Subscribers are called in the order in which they subscribed. Returns what ends the subscription. */
  subscribe(subscriber: MetadataSubscriber): () => void {
    this.#subscribers.add(subscriber)
    return () => this.#subscribers.delete(subscriber)
  }

  /** Resolves when the image has reached the revision; rejects with what keeps it from ever doing so. */
  reached(revision: number): Promise<void> {
    if (this.#image.revision >= revision) return Promise.resolve()
    if (this.#failure) return Promise.reject(this.#failure)
    const settle = Promise.withResolvers<void>()
    this.#waiters.push({ revision, settle })
    return settle.promise
  }

  /**
   * Decides on the current image, applies the change and waits until the image shows it. When another writer was faster
   * the decision is taken again on the newer image; so `decide` may run several times and must be pure. What it throws
   * rejects the call.
   */
  async change<T>(decide: (image: MetadataImage) => Decision<T>): Promise<Changed<T>> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { change, result } = decide(this.#image)
      if (!change) return { result, revision: this.#image.revision }
      const { succeeded, revision } = await transactInBulk(this.store, change)
      await this.reached(revision)
      if (succeeded) return { result, revision }
    }
    throw new MetaStoreError(
      'STORE_BUSY',
      `the metadata was changed by others during each of ${MAX_ATTEMPTS} attempts; try again later`,
    )
  }

  async #follow(): Promise<void> {
    try {
      while (await this.#followWatch()) this.#replaceBy(await this.store.range(ROOT))
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Follows one watch to its end; true when the store has compacted what comes next. */
  async #followWatch(): Promise<boolean> {
    const watch = this.store.watch(ROOT, this.#image.revision + 1)
    this.#stop = () => watch.close()
    try {
      for await (const { events, revision } of watch) this.#apply(events, revision)
      return false
    } catch (error) {
      if (error instanceof MetaStoreError && error.code === 'COMPACTED') return true
      throw error
    }
  }

  #replaceBy(range: RangeResult): void {
    this.#apply(differences(this.#known, range), range.revision)
  }

  #apply(events: readonly MetaEvent[], revision: number): void {
    const before = this.#image
    const { image, delta }: AppliedDelta = applyDelta(before, events, revision)
    for (const event of events) {
      if (event.kind === 'put') this.#known.set(event.key, event.modRevision)
      else this.#known.delete(event.key)
    }
    this.#image = image
    for (const subscriber of this.#subscribers) subscriber(delta, image, before)
    const reached = this.#waiters.filter((waiter) => waiter.revision <= revision)
    if (reached.length === 0) return
    this.#waiters = this.#waiters.filter((waiter) => waiter.revision > revision)
    for (const { settle } of reached) settle.resolve()
  }

  #fail(error: unknown): void {
    this.#end(error)
    this.#onFailed(error)
  }

  /** From now on no newer image comes. */
  #end(error: unknown): void {
    this.#failure ??= error
    for (const { settle } of this.#waiters) settle.reject(error)
    this.#waiters = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop()
    await this.#following
    this.#end(new MetaStoreError('STORE_CLOSED', 'the metadata is closed'))
    await this.store.close()
  }
}
