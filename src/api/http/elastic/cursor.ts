import { inflateRawSync, deflateRawSync } from 'node:zlib'
import type { OffsetBounds } from '../../../search/engine/engine-request.ts'
import type { SortValue } from '../../../search/search-request.ts'
import { ElasticError } from './elastic-error.ts'

/** Bytes that the id of a cursor may unpack to. */
const CURSOR_BYTES_MAX = 1 << 20

/**
 * A point in time is a vector of offsets, and all of it stands in its id: the server keeps nothing, and nothing expires but records.
 */
export interface PointInTime {
  readonly kind: 'pit'
  readonly offsets: readonly OffsetBounds[]
}

/** A scroll is a point in time with the request and the place behind the last hit. */
export interface Scroll {
  readonly kind: 'scroll'
  readonly offsets: readonly OffsetBounds[]
  readonly body: Readonly<Record<string, unknown>>
  /** The parameters of the first page. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly after: readonly SortValue[]
  /** When the first page was asked for: date math goes on meaning the same. */
  readonly now: number
}

export function cursorId(cursor: PointInTime | Scroll): string {
  const offsets = cursor.offsets.map(({ topic, partition, from, to }) => [topic, partition, from, to])
  return deflateRawSync(JSON.stringify({ ...cursor, offsets })).toString('base64url')
}

/** @throws ElasticError when it is no id of this kind */
export function cursorOf<K extends 'pit' | 'scroll'>(
  id: string,
  kind: K,
): Extract<PointInTime | Scroll, { readonly kind: K }> {
  const broken = new ElasticError(
    400,
    'illegal_argument_exception',
    `[${id.slice(0, 40)}…] is no id of a ${kind === 'pit' ? 'point in time' : 'scroll'}`,
  )
  let text: string
  try {
    text = inflateRawSync(Buffer.from(id, 'base64url'), { maxOutputLength: CURSOR_BYTES_MAX }).toString()
  } catch {
    throw broken
  }
  const cursor = parsed(text)
  if (cursor?.kind !== kind || !Array.isArray(cursor.offsets)) throw broken
  const offsets = cursor.offsets.map((row: unknown): OffsetBounds => {
    const [topic, partition, from, to] = Array.isArray(row) ? (row as unknown[]) : []
    if (typeof topic !== 'string' || typeof partition !== 'number' || typeof from !== 'number') throw broken
    return { topic, partition, from, to: typeof to === 'number' ? to : null }
  })
  return { ...cursor, offsets } as unknown as Extract<PointInTime | Scroll, { readonly kind: K }>
}

function parsed(text: string): { readonly kind?: unknown; readonly offsets?: unknown } | null {
  try {
    return JSON.parse(text) as { kind?: unknown; offsets?: unknown } | null
  } catch {
    return null
  }
}
