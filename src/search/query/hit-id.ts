import type { DocAddress } from '../index/index-reader.ts'

/** The id of a record in answers and `ids` queries: `topic:partition:offset`, which a topic's name can not be mistaken for. */
export function hitId({ topic, partition, offset }: DocAddress): string {
  return `${topic}:${partition}:${offset}`
}

/** Null when it is no such id, and so the id of no record. */
export function parseHitId(id: string): DocAddress | null {
  const match = /^([^:]+):(\d{1,10}):(\d{1,16})$/.exec(id)
  if (match === null) return null
  return { topic: match[1] ?? '', partition: Number(match[2]), offset: Number(match[3]) }
}
