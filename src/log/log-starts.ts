import type { Env } from '../env/env.ts'
import { crc32c } from '../util/crc32c.ts'

const magic = Buffer.from('CHRNLST1', 'latin1')
const headerBytes = 16
const entryBytes = 28
const fileName = 'log-starts'

export interface LogStart {
  /** 16 bytes. */
  readonly topicId: Buffer
  readonly partition: number
  readonly offset: number
}

/**
 * The log starts that DeleteRecords and retention have set, beside the checkpoint, which says the same: were it lost, what was deleted
 * would come back with the files that still hold it. Written so that the old or the new one is found after a crash.
 *
 * Layout: magic 8 · crc u32 of what follows · count u32 · entries of topic id 16 · partition u32 · offset f64. Starts at 0 are left out.
 */
export async function writeLogStarts(
  env: Env,
  directory: string,
  starts: readonly LogStart[],
): Promise<void> {
  const path = `${directory}/${fileName}`
  const buffer = Buffer.alloc(headerBytes + starts.length * entryBytes)
  magic.copy(buffer)
  buffer.writeUInt32BE(starts.length, 12)
  for (const [index, { topicId, partition, offset }] of starts.entries()) {
    const at = headerBytes + index * entryBytes
    topicId.copy(buffer, at)
    buffer.writeUInt32BE(partition, at + 16)
    buffer.writeDoubleBE(offset, at + 20)
  }
  buffer.writeUInt32BE(crc32c(buffer.subarray(12)), 8)
  const handle = await env.files.open(`${path}.tmp`, 'create')
  try {
    await handle.truncate(0)
    await handle.write([buffer], 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await env.files.rename(`${path}.tmp`, path)
  await env.files.syncDirectory(directory)
}

/** What `writeLogStarts` wrote; null when there is nothing, or nothing that can be trusted. */
export async function readLogStarts(env: Env, directory: string): Promise<LogStart[] | null> {
  const path = `${directory}/${fileName}`
  const stat = await env.files.stat(path)
  if (stat === null || stat.size < headerBytes) return null
  await using handle = await env.files.open(path, 'read')
  const buffer = Buffer.alloc(stat.size)
  await handle.read(buffer, 0)
  const count = buffer.readUInt32BE(12)
  const sound =
    buffer.subarray(0, 8).equals(magic) &&
    buffer.readUInt32BE(8) === crc32c(buffer.subarray(12)) &&
    buffer.length === headerBytes + count * entryBytes
  if (!sound) return null
  return Array.from({ length: count }, (_, index) => {
    const at = headerBytes + index * entryBytes
    return {
      topicId: buffer.subarray(at, at + 16),
      partition: buffer.readUInt32BE(at + 16),
      offset: buffer.readDoubleBE(at + 20),
    }
  })
}
