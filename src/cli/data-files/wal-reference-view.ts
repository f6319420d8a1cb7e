import type { Env } from '../../env/env.ts'
import { segmentFileName } from '../../log/segment.ts'
import { decodeWalReference } from '../../log/wal/wal-format.ts'
import type { OfflineDirectory } from './offline-directory.ts'
import { type WalkedBatch, walkSegment } from './segment-walk.ts'
import type { WalRecordView } from './wal-file-view.ts'

/** A batch that a REFERENCE record stands for, with its bytes. */
export interface ReferencedBatch {
  readonly batch: WalkedBatch
  readonly bytes: Buffer
}

/** The segment file that a REFERENCE record points into; null when the record itself is damaged. */
export function referencedFile(
  directory: OfflineDirectory,
  { header, payload }: WalRecordView,
): string | null {
  const reference = decodeWalReference(payload)
  if (reference === null) return null
  const name = `${header.topicId.toString('base64url')}-${header.partition}`
  return `${directory.path}/log/${name}/${segmentFileName(reference.segmentBase)}`
}

/** The good batches that a REFERENCE record stands for, in order, wherever damage left some. */
export async function* referencedBatches(
  env: Env,
  directory: OfflineDirectory,
  record: WalRecordView,
): AsyncGenerator<ReferencedBatch, void> {
  const path = referencedFile(directory, record)
  const reference = decodeWalReference(record.payload)
  if (path === null || reference === null || (await env.files.stat(path)) === null) return
  const { position, segmentBase, bytes } = reference
  const { baseOffset, lastOffsetDelta, leaderEpoch } = record.header
  await using handle = await env.files.open(path, 'read')
  for await (const item of walkSegment(env, path, segmentBase)) {
    if (item.kind !== 'batch' || item.position < position) continue
    if (item.position + item.bytes > position + bytes) return
    if (item.leaderEpoch !== leaderEpoch) continue
    if (item.baseOffset < baseOffset || item.lastOffset > baseOffset + lastOffsetDelta) continue
    const batch = Buffer.allocUnsafe(item.bytes)
    await handle.read(batch, item.position)
    yield { batch: item, bytes: batch }
  }
}
