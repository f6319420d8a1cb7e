import { COLUMN_BLOCK } from './column-writer.ts'
import {
  noMoreDocs,
  type DocSet,
  type FieldReader,
  type NumberColumn,
  type Postings,
  type StringColumn,
  type TermIndex,
} from './index-reader.ts'
import { compareBytes } from './terms-layout.ts'

/** Fields that every document has and that need no storage of their own. */
export const fixedFieldNames = ['_offset', '_partition', '_timestamp', '_topic'] as const

export function allDocs(size: number): DocSet {
  return { size, words: null, has: (doc) => doc < size }
}

const noViews = { text: null, keyword: null, strings: null, booleans: null, candidates: () => null } as const

export function numberField(
  name: string,
  column: NumberColumn,
  docCount: number,
  kind: 'long' | 'date',
): FieldReader {
  return { ...noViews, name, presence: allDocs(docCount), numbers: column, numberKind: kind }
}

/** A number that all documents share. */
export function constantNumber(value: number): NumberColumn {
  return {
    min: value,
    max: value,
    multiValued: false,
    blockDocs: COLUMN_BLOCK,
    blockMin: () => value,
    blockMax: () => value,
    read: (from, to, into) => void into.fill(value, 0, to - from),
    readAll(_doc, into) {
      into[0] = value
      return 1
    },
  }
}

/** Numbers that ascend with the documents: the blocks' bounds are their ends. */
export function ascendingNumbers(docCount: number, at: (doc: number) => number): NumberColumn {
  return {
    min: at(0),
    max: at(docCount - 1),
    multiValued: false,
    blockDocs: COLUMN_BLOCK,
    blockMin: (block) => at(block * COLUMN_BLOCK),
    blockMax: (block) => at(Math.min((block + 1) * COLUMN_BLOCK, docCount) - 1),
    read(from, to, into) {
      for (let doc = from; doc < to; doc++) into[doc - from] = at(doc)
    },
    readAll(doc, into) {
      into[0] = at(doc)
      return 1
    },
  }
}

/** A string that all documents share. */
export function constantString(name: string, value: string, docCount: number): FieldReader {
  const bytes = Buffer.from(value)
  const order = (other: Uint8Array): number => compareBytes(bytes, 0, bytes.length, other, 0, other.length)
  const keyword: TermIndex = {
    termCount: 1,
    docCount,
    tokenCount: docCount,
    hasPositions: false,
    find: (term) => (order(term) === 0 ? 0 : -1),
    lowerBound: (term) => (order(term) >= 0 ? 0 : 1),
    term: () => bytes,
    docFrequency: () => docCount,
    postings: () => new EveryDoc(docCount),
    length: () => 1,
  }
  const strings: StringColumn = {
    valueCount: 1,
    multiValued: false,
    value: () => value,
    find: (other) => (other === value ? 0 : -1),
    lowerBound: (other) => (order(Buffer.from(other)) >= 0 ? 0 : 1),
    read: (from, to, into) => void into.fill(0, 0, to - from),
    readAll(_doc, into) {
      into[0] = 0
      return 1
    },
  }
  return {
    ...noViews,
    name,
    presence: allDocs(docCount),
    keyword,
    strings,
    numbers: null,
    numberKind: 'long',
  }
}

class EveryDoc implements Postings {
  doc = -1
  readonly docFrequency: number
  readonly blockMinLength = 1
  blockMaxFrequency = 1

  constructor(docCount: number) {
    this.docFrequency = docCount
  }

  next(): number {
    return this.advance(this.doc + 1)
  }

  advance(target: number): number {
    if (this.doc < target) this.doc = target < this.docFrequency ? target : noMoreDocs
    return this.doc
  }

  frequency(): number {
    return 1
  }

  positions(): number {
    return 0
  }

  blockEnd(target: number): number {
    return target < this.docFrequency ? this.docFrequency - 1 : noMoreDocs
  }
}
