import { queryOptions } from '@tanstack/react-query'
import { ApiError, getJson } from './http.ts'

/** A record as its bytes. */
export interface RawRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number | null
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[]
  readonly size: number
}

interface WireRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number | null
  readonly keyBase64?: string
  readonly valueBase64?: string
  readonly headers: readonly { readonly key: string; readonly valueBase64?: string }[]
  readonly size: number
}

/** Records of one partition from the offset on, whatever bytes they are. */
export async function readRecords(
  topic: string,
  partition: number,
  offset: number,
  limit: number,
  signal?: AbortSignal,
): Promise<readonly RawRecord[]> {
  const parameters = new URLSearchParams({
    partition: String(partition),
    offset: String(offset),
    limit: String(limit),
    format: 'base64',
  })
  const path = `/api/v1/topics/${encodeURIComponent(topic)}/records?${parameters}`
  const { records } = await getJson<{ readonly records: readonly WireRecord[] }>(path, signal)
  return records.map((record) => ({
    topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: bytesOf(record.keyBase64),
    value: bytesOf(record.valueBase64),
    headers: record.headers.map(({ key, valueBase64 }) => ({ key, value: bytesOf(valueBase64) })),
    size: record.size,
  }))
}

export function recordQuery(topic: string, partition: number, offset: number) {
  return queryOptions({
    queryKey: ['record', topic, partition, offset],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const [record] = await readRecords(topic, partition, offset, 1, signal)
      if (record?.offset === offset) return record
      throw new ApiError(
        'RECORD_GONE',
        404,
        `Offset ${offset} of partition ${partition} of ${topic} is not there any more.`,
      )
    },
  })
}

function bytesOf(base64: string | undefined): Uint8Array | null {
  if (base64 === undefined) return null
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** The text that the bytes are, or null when they are none. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
