import type { Hit } from '../search-request.ts'
import type { EngineHit } from './engine-request.ts'
import type { StoredDocument } from './messages.ts'

/**
 * Hits with their records. Those whose record is gone from the log by now are left out; without `documents` nobody asked for records.
 */
export function engineHits(
  hits: readonly Hit[],
  documents: readonly (StoredDocument | null)[] | null,
): EngineHit[] {
  const found: EngineHit[] = []
  for (const [index, hit] of hits.entries()) {
    const document = documents?.[index] ?? null
    if (documents === null || document !== null) found.push(engineHit(hit, document))
  }
  return found
}

function engineHit(hit: Hit, document: StoredDocument | null): EngineHit {
  return {
    topic: hit.topic,
    partition: hit.partition,
    offset: hit.offset,
    timestamp: document?.timestamp ?? -1,
    key: bufferOf(document?.key),
    value: bufferOf(document?.value),
    valueIsJson: document?.valueIsJson ?? false,
    headers: (document?.headers ?? []).map(({ key, value }) => ({ key, value: bufferOf(value) })),
    score: hit.score,
    sort: hit.sort,
    group: hit.group,
    highlight: document?.highlight ?? null,
    explanation: hit.explanation,
  }
}

function bufferOf(bytes: Uint8Array | null | undefined): Buffer | null {
  return bytes == null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
