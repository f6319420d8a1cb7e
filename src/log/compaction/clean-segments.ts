import type { Env } from '../../env/env.ts'
import { openRecords } from '../../records/read-records.ts'
import * as header from '../../records/record-batch.ts'
import { BatchFilter } from './batch-filter.ts'
import type { CleanedGroup, CleanEvent, CleanJob, CleanSignal, CleanSource } from './clean-job.ts'
import { CleanedFile } from './cleaned-file.ts'
import { CleanedTransactions } from './cleaned-transactions.ts'
import { OffsetMap } from './offset-map.ts'
import { groupSegments } from './segment-groups.ts'
import { SourceReader } from './source-reader.ts'
import { Throttle } from './throttle.ts'

/**
 * Compacts a partition's sealed segments, as Kafka's Cleaner: learns the last offset of each key in the dirty part, as many as fit into
 * memory, then writes all segments up to there anew without the records that were overtaken. Each new segment is handed out as soon as
 * it is complete, so that it can take its place and the old ones can go before the next one needs their space.
 * @throws SourceDamagedError, CleaningAbortedError, FileError, and KafkaError for records that can not be read
 */
export async function* cleanSegments(
  env: Env,
  job: CleanJob,
  signal: CleanSignal,
): AsyncGenerator<CleanEvent, void> {
  const throttle = new Throttle(env, job.bytesPerSecond)
  const reader = new SourceReader(env, job.ioBytes, throttle, signal)
  const upperBound = job.sources.at(-1)?.endOffset ?? 0
  const map = job.strategy.kind === 'time' ? null : await buildOffsetMap(job, reader)
  const mapBytesRead = reader.bytesRead
  const cleanedOffset = map === null ? upperBound : map.latestOffset + 1
  const transactions = new CleanedTransactions(job.abortedTransactions)
  let file: CleanedFile | null = null
  const filter = new BatchFilter(job, map, transactions, (buffer, start, end) =>
    file?.append(buffer, start, end),
  )
  let bytesKept = 0
  const reached = job.sources.filter((source) => source.baseOffset < cleanedOffset)
  for (const group of groupSegments(reached, job.segmentBytes)) {
    const first = group[0] as CleanSource
    const cleaned = { endOffset: (group.at(-1) as CleanSource).endOffset, generation: job.generation }
    const output = new CleanedFile(env, job.directory, first.baseOffset, cleaned, job.ioBytes, throttle)
    file = output
    try {
      await output.create()
      const keep = (buffer: Buffer, at: number, size: number): boolean => {
        filter.batch(buffer, at, size)
        return true
      }
      for (const source of group) await reader.read(source, keep, () => output.flushSome())
      await output.finish()
    } catch (error) {
      await output.discard()
      throw error
    }
    bytesKept += output.size
    yield cleanedGroup(group, output, cleaned)
  }
  yield {
    kind: 'end',
    cleanedOffset,
    emptyTransactions: transactions.empty(reached.at(-1)?.endOffset ?? 0),
    stats: {
      recordsRead: filter.recordsRead,
      recordsKept: filter.recordsKept,
      recordsWithoutKey: filter.recordsWithoutKey,
      bytesRead: reader.bytesRead - mapBytesRead,
      bytesKept,
      mapBytesRead,
      mapUtilization: map?.utilization ?? 0,
    },
  }
}

function cleanedGroup(
  group: readonly CleanSource[],
  { path, size, maxTimestamp }: CleanedFile,
  cleaned: CleanedGroup['cleaned'],
): CleanedGroup {
  const baseOffset = (group[0] as CleanSource).baseOffset
  // Without a timestamp of its own a segment would age from the time of its cleaning, anew each time.
  const newest = maxTimestamp >= 0 ? maxTimestamp : Math.max(...group.map((source) => source.maxTimestamp))
  return {
    kind: 'group',
    sources: group.map((source) => source.baseOffset),
    path,
    baseOffset,
    cleaned,
    size,
    maxTimestamp: newest,
  }
}

/** The last offset of each key from the first dirty offset on, up to where the map is full. */
async function buildOffsetMap(job: CleanJob, reader: SourceReader): Promise<OffsetMap> {
  const dirty = job.sources.filter((source) => source.endOffset > job.firstDirtyOffset)
  const keysMax = (dirty.at(-1)?.endOffset ?? 0) - Math.max(dirty[0]?.baseOffset ?? 0, job.firstDirtyOffset)
  const map = new OffsetMap(job.dedupeBytes, keysMax, job.hashSeed)
  // What is below was compared before; tombstones there may be due, and small segments may become one.
  map.latestOffset = job.firstDirtyOffset - 1
  const transactions = new CleanedTransactions(
    job.abortedTransactions.filter(({ lastOffset }) => lastOffset >= (dirty[0]?.baseOffset ?? 0)),
  )
  let full = false
  const learn = (buffer: Buffer, at: number): boolean => {
    full = !learnBatch(job, map, transactions, buffer, at)
    return !full
  }
  for (const source of dirty) {
    await reader.read(source, learn, () => null)
    if (full) break
    // Up to here, also when the last offsets of the segment are gone.
    map.latestOffset = Math.max(map.latestOffset, source.endOffset - 1)
  }
  return map
}

/** Returns false when the map is full; then it knows all keys up to its latest offset. */
function learnBatch(
  job: CleanJob,
  map: OffsetMap,
  transactions: CleanedTransactions,
  buffer: Buffer,
  at: number,
): boolean {
  const last = header.lastOffset(buffer, at)
  if (header.isControl(buffer, at)) transactions.onControlBatch(buffer, at)
  else if (!transactions.onBatch(buffer, at) && last >= job.firstDirtyOffset) {
    const base = header.baseOffset(buffer, at)
    const cursor = openRecords(buffer, at, job.decompressedBytesMax)
    while (cursor.next()) {
      const offset = base + cursor.offsetDelta
      if (cursor.keySize < 0 || offset < job.firstDirtyOffset) continue
      if (map.full) return false
      map.put(cursor.buffer, cursor.keyAt, cursor.keyAt + cursor.keySize, offset)
    }
  }
  if (last >= job.firstDirtyOffset && last > map.latestOffset) map.latestOffset = last
  return true
}
