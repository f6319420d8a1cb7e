import type { DocSet } from '../index/index-reader.ts'

/** Whether a document is in a set; a plain function on the words is inlined where a method of many implementations is not. */
export function holds({ words }: DocSet, doc: number): boolean {
  return words === null || ((words[doc >>> 5]! >>> (doc & 31)) & 1) === 1
}
