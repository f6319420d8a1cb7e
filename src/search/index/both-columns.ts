import type { NumberColumn } from './index-reader.ts'

/** Two columns of one field as one: a document's values in the first come before those in the second. Blocks are equally long. */
export function bothColumns(first: NumberColumn, second: NumberColumn): NumberColumn {
  let spare = new Float64Array(0)
  return {
    min: Math.min(first.min, second.min),
    max: Math.max(first.max, second.max),
    multiValued: true,
    blockDocs: first.blockDocs,
    blockMin: (block) => Math.min(first.blockMin(block), second.blockMin(block)),
    blockMax: (block) => Math.max(first.blockMax(block), second.blockMax(block)),
    read(from, to, into) {
      const count = to - from
      if (spare.length < count) spare = new Float64Array(count)
      first.read(from, to, into)
      second.read(from, to, spare)
      for (let index = 0; index < count; index++)
        if (Number.isNaN(into[index])) into[index] = spare[index] ?? Number.NaN
    },
    readAll(doc, into) {
      const more: number[] = []
      const count = first.readAll(doc, into)
      const added = second.readAll(doc, more)
      for (let index = 0; index < added; index++) into[count + index] = more[index] ?? Number.NaN
      return count + added
    },
  }
}
