import type { RecordHeader } from '../../records/record.ts'
import { naiveReader, type NaiveDocument } from '../testing/naive-reader.ts'
import type { IndexReader } from './index-reader.ts'

export interface TailIdentity { readonly topic: string; readonly topicId: string; readonly partition: number; readonly baseOffset: number }
export interface TailRecord { readonly offset: number; readonly timestamp: number; readonly key: Buffer | null; readonly value: Buffer | null; readonly headers: readonly RecordHeader[] }
/** Stand-in of the slice. */
export class TailIndex {
  readonly identity: TailIdentity
  readonly #documents: NaiveDocument[] = []
  constructor(identity: TailIdentity) { this.identity = identity }
  get docCount(): number { return this.#documents.length }
  get memoryBytes(): number { return this.#documents.length * 1000 }
  append(record: TailRecord): void {
    const text = record.value?.toString() ?? null
    let value: unknown = text
    try { value = text === null ? null : JSON.parse(text) } catch { value = text }
    this.#documents.push({ offset: record.offset, timestamp: record.timestamp, key: record.key?.toString() ?? null, value })
  }
  reader(endOffset: number): IndexReader { return naiveReader(this.#documents, { ...this.identity, endOffset }) }
}
