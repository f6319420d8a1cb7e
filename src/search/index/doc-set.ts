import type { DocSetEntry } from './index-layout.ts'
import type { DocSet } from './index-reader.ts'
import type { IndexSink } from './index-sink.ts'
import type { IndexSource } from './index-source.ts'
import { alignSink } from './sink-alignment.ts'

/** A set below a thirty-second of all documents is a list, which is then the smaller form. */
const LIST_SHARE = 32

/** Collects documents in ascending order. Documents may be added again while they are the last. */
export class DocSetBuilder {
  size = 0
  /** While every document up to the last is in the set, nothing is written down. */
  #isDense = true
  #docs = new Int32Array(16)

  add(doc: number): void {
    if (this.#isDense) {
      if (doc === this.size) {
        this.size += 1
        return
      }
      if (doc === this.size - 1) return
      this.#writeDown()
    } else if (this.#docs[this.size - 1] === doc) return
    if (this.size === this.#docs.length) {
      const grown = new Int32Array(this.size * 2)
      grown.set(this.#docs)
      this.#docs = grown
    }
    this.#docs[this.size++] = doc
  }

  reset(): void {
    this.size = 0
    this.#isDense = true
  }

  docs(): Int32Array {
    if (this.#isDense) this.#writeDown()
    return this.#docs.subarray(0, this.size)
  }

  write(sink: IndexSink, docCount: number): DocSetEntry {
    if (this.size === docCount) return { kind: 'all', size: docCount, at: 0 }
    return writeDocSet(sink, this.docs(), docCount)
  }

  #writeDown(): void {
    this.#isDense = false
    if (this.#docs.length < this.size) this.#docs = new Int32Array(this.size * 2)
    for (let doc = 0; doc < this.size; doc++) this.#docs[doc] = doc
  }
}

export function writeDocSet(sink: IndexSink, docs: Int32Array, docCount: number): DocSetEntry {
  if (docs.length === docCount) return { kind: 'all', size: docCount, at: 0 }
  alignSink(sink, 4)
  const at = sink.position
  if (docs.length < docCount / LIST_SHARE) {
    sink.write(new Uint8Array(docs.buffer, docs.byteOffset, docs.length * 4))
    return { kind: 'list', size: docs.length, at }
  }
  const words = new Uint32Array((docCount + 31) >>> 5)
  for (const doc of docs) words[doc >>> 5]! |= 1 << (doc & 31)
  sink.write(new Uint8Array(words.buffer))
  return { kind: 'bits', size: docs.length, at }
}

/** Documents of a sealed index, and the slot that each has in a column that stores only them. */
export interface SlotSet extends DocSet {
  /** The place of the document among those of the set, -1 when it is not in it. */
  slot(doc: number): number
  /** The first slot whose document is not below `doc`. */
  slotFrom(doc: number): number
  /** The document of a slot. */
  doc(slot: number): number
  /** All documents, ascending, in memory of the caller's own. */
  list(): Int32Array
}

export function openDocSet(source: IndexSource, entry: DocSetEntry, docCount: number): SlotSet {
  switch (entry.kind) {
    case 'all':
      return new AllDocs(docCount)
    case 'list':
      return new ListedDocs(source, entry, docCount)
    case 'bits':
      return new MarkedDocs(source, entry, docCount)
  }
}

class AllDocs implements SlotSet {
  readonly size: number
  readonly words = null

  constructor(size: number) {
    this.size = size
  }

  has(doc: number): boolean {
    return doc < this.size
  }

  slot(doc: number): number {
    return doc
  }

  slotFrom(doc: number): number {
    return doc
  }

  doc(slot: number): number {
    return slot
  }

  list(): Int32Array {
    const docs = new Int32Array(this.size)
    for (let doc = 0; doc < docs.length; doc++) docs[doc] = doc
    return docs
  }
}

class ListedDocs implements SlotSet {
  readonly size: number
  readonly #docCount: number
  readonly #source: IndexSource
  readonly #at: number
  #list: Uint32Array | null = null
  #words: Uint32Array | null = null

  constructor(source: IndexSource, entry: DocSetEntry, docCount: number) {
    this.size = entry.size
    this.#docCount = docCount
    this.#source = source
    this.#at = entry.at
  }

  get words(): Uint32Array {
    if (this.#words === null) {
      this.#words = new Uint32Array((this.#docCount + 31) >>> 5)
      for (const doc of this.#docs()) this.#words[doc >>> 5]! |= 1 << (doc & 31)
    }
    return this.#words
  }

  has(doc: number): boolean {
    return this.slot(doc) >= 0
  }

  slot(doc: number): number {
    const slot = this.slotFrom(doc)
    return slot < this.size && this.#docs()[slot] === doc ? slot : -1
  }

  slotFrom(doc: number): number {
    const list = this.#docs()
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (list[middle]! < doc) low = middle + 1
      else high = middle
    }
    return low
  }

  doc(slot: number): number {
    return this.#docs()[slot]!
  }

  list(): Int32Array {
    return new Int32Array(this.#docs())
  }

  #docs(): Uint32Array {
    return (this.#list ??= this.#source.words(this.#at, this.size))
  }
}

/** Words of the bitmap per entry of the rank table. */
const RANK_WORDS = 16

class MarkedDocs implements SlotSet {
  readonly size: number
  readonly #source: IndexSource
  readonly #at: number
  readonly #wordCount: number
  #words: Uint32Array | null = null
  /** Members before each sixteenth word. */
  #ranks: Uint32Array | null = null

  constructor(source: IndexSource, entry: DocSetEntry, docCount: number) {
    this.size = entry.size
    this.#source = source
    this.#at = entry.at
    this.#wordCount = (docCount + 31) >>> 5
  }

  get words(): Uint32Array {
    return (this.#words ??= this.#source.words(this.#at, this.#wordCount))
  }

  has(doc: number): boolean {
    return ((this.words[doc >>> 5]! >>> (doc & 31)) & 1) === 1
  }

  slot(doc: number): number {
    return this.has(doc) ? this.slotFrom(doc) : -1
  }

  slotFrom(doc: number): number {
    const { words } = this
    const word = doc >>> 5
    if (word >= this.#wordCount) return this.size
    const group = Math.floor(word / RANK_WORDS)
    let rank = this.#rankTable()[group]!
    for (let at = group * RANK_WORDS; at < word; at++) rank += bitCount(words[at]!)
    return rank + bitCount(words[word]! & ((1 << (doc & 31)) - 1))
  }

  doc(slot: number): number {
    const ranks = this.#rankTable()
    let low = 0
    let high = ranks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (ranks[middle]! <= slot) low = middle
      else high = middle - 1
    }
    let left = slot - ranks[low]!
    let word = low * RANK_WORDS
    while (bitCount(this.words[word]!) <= left) left -= bitCount(this.words[word++]!)
    let bits = this.words[word]!
    for (; left > 0; left--) bits &= bits - 1
    return word * 32 + 31 - Math.clz32(bits & -bits)
  }

  list(): Int32Array {
    const docs = new Int32Array(this.size)
    let count = 0
    for (let word = 0; word < this.#wordCount; word++)
      for (let bits = this.words[word]!; bits !== 0; bits &= bits - 1)
        docs[count++] = word * 32 + 31 - Math.clz32(bits & -bits)
    return docs
  }

  #rankTable(): Uint32Array {
    if (this.#ranks !== null) return this.#ranks
    const { words } = this
    const ranks = new Uint32Array(Math.ceil(words.length / RANK_WORDS))
    let rank = 0
    for (let word = 0; word < words.length; word++) {
      if (word % RANK_WORDS === 0) ranks[word / RANK_WORDS] = rank
      rank += bitCount(words[word]!)
    }
    this.#ranks = ranks
    return ranks
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555)
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}
