import { resolve } from 'node:path'
import type { Env } from '../../env/env.ts'
import { FileError } from '../../env/files.ts'
import { readCheckpoint, type Checkpoint, type CheckpointPartition } from '../../log/checkpoint.ts'
import { readDirectoryId } from '../../log/data-directory.ts'
import { parseSegmentName, segmentFileName, type SegmentName } from '../../log/segment.ts'
import { newestSegments, sortSegments } from '../../log/segment-files.ts'
import { listWalFiles } from '../../log/wal/wal-files.ts'
import { MetaStoreError } from '../../metadata/meta-store.ts'
import { listStoreFiles, recover } from '../../metadata/recovery.ts'
import { parseTopic } from '../../metadata/values.ts'
import { CliError } from '../cli-error.ts'

/** A partition as its files show it. */
export interface OfflinePartition {
  readonly directory: string
  readonly topicId: string
  /** The topic's name, or `(id …)` when the metadata does not know the id. */
  readonly topic: string
  readonly partition: number
  readonly checkpoint: CheckpointPartition | null
  /** Its segments by base offset: those that the checkpoint says there are, and what files have beyond it; without one all files. */
  readonly segments: readonly SegmentName[]
}

/** What a data directory holds, read while no server uses it. Nothing is changed by reading. */
export interface OfflineDirectory {
  readonly path: string
  readonly walDirectory: string
  /** In the header of each WAL file. */
  readonly directoryId: Buffer
  readonly checkpoint: Checkpoint | null
  readonly checkpointDamaged: boolean
  /** Why the metadata cannot be read; topics are called by their ids then. */
  readonly metadataProblem: string | null
  readonly partitions: readonly OfflinePartition[]
  /** Numbers of all WAL files, and of those whose records recovery reads. */
  readonly walFiles: readonly number[]
  readonly neededWalFiles: readonly number[]
  /** Sequence that the first needed record has, when that is known. */
  readonly firstSequence: number | null
  readonly nameOf: (topicId: string) => string
}

/** Reads the directory. Throws a CliError when it is none of ours. */
export async function readOfflineDirectory(env: Env, given: string): Promise<OfflineDirectory> {
  const path = resolve(given)
  if ((await env.files.stat(`${path}/meta.properties`)) === null) {
    throw new CliError(
      `${path} is no data directory (it has no meta.properties); name the right one with --data-dir`,
    )
  }
  const { names, problem } = await topicNames(env, `${path}/metadata`)
  const read = await readCheckpoint(env, path)
  const checkpoint = read === 'damaged' ? null : read
  const nameOf = (topicId: string): string => names.get(topicId) ?? `(id ${topicId})`
  const walDirectory = `${path}/wal`
  const walFiles = (await env.files.stat(walDirectory)) === null ? [] : await listWalFiles(env, walDirectory)
  // What a start kept for a partition that it found damaged, so that it can be repaired.
  const offline = checkpoint?.partitions.some(({ damagedTo }) => damagedTo >= 0) === true
  const isKept = (number: number): boolean =>
    checkpoint !== null && offline && number >= checkpoint.keptFrom && number < checkpoint.keptTo
  const firstNeeded = checkpoint?.clean === true ? Number.POSITIVE_INFINITY : (checkpoint?.walFileNumber ?? 0)
  return {
    path,
    walDirectory,
    directoryId: await readDirectoryId(env, path),
    checkpoint,
    checkpointDamaged: read === 'damaged',
    metadataProblem: problem,
    partitions: await listPartitions(env, `${path}/log`, checkpoint, nameOf),
    walFiles,
    neededWalFiles: walFiles.filter((number) => number >= firstNeeded || isKept(number)),
    firstSequence: checkpoint === null || walFiles.some(isKept) ? null : checkpoint.lastSequence + 1,
    nameOf,
  }
}

/** Runs `work` while no server can use the directory; refuses when one does. */
export async function withDirectoryLock<T>(env: Env, given: string, work: () => Promise<T>): Promise<T> {
  const path = resolve(given)
  if ((await env.files.stat(`${path}/meta.properties`)) === null) {
    throw new CliError(
      `${path} is no data directory (it has no meta.properties); name the right one with --data-dir`,
    )
  }
  try {
    await using _ = await env.files.lock(`${path}/lock`)
    return await work()
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'LOCKED') throw error
    throw new CliError(`a running server uses ${path}; stop it first ("log inspect" works beside it)`, 1, {
      cause: error,
    })
  }
}

interface Names {
  readonly names: ReadonlyMap<string, string>
  readonly problem: string | null
}

const TOPIC_KEY = /^\/topic\/([A-Za-z0-9_-]{22})$/

async function topicNames(env: Env, directory: string): Promise<Names> {
  const names = new Map<string, string>()
  if ((await env.files.stat(directory)) === null) return { names, problem: 'there is no metadata directory' }
  try {
    const { entries } = await recover(env.files, directory, await listStoreFiles(env.files, directory))
    for (const { key, value } of entries.values()) {
      const topicId = TOPIC_KEY.exec(key)?.[1]
      if (topicId !== undefined) names.set(topicId, parseTopic(key, value).name)
    }
    return { names, problem: null }
  } catch (error) {
    if (!(error instanceof MetaStoreError)) throw error
    return { names, problem: error.message }
  }
}

async function listPartitions(
  env: Env,
  directory: string,
  checkpoint: Checkpoint | null,
  nameOf: (topicId: string) => string,
): Promise<OfflinePartition[]> {
  if ((await env.files.stat(directory)) === null) return []
  const entries = new Map<string, CheckpointPartition>()
  for (const entry of checkpoint?.partitions ?? []) {
    entries.set(`${entry.topicId.toString('base64url')}-${entry.partition}`, entry)
  }
  const partitions: OfflinePartition[] = []
  for (const name of await env.files.list(directory)) {
    const [, topicId, partition] = /^(.{22})-(\d+)$/.exec(name) ?? []
    if (topicId === undefined) continue
    const path = `${directory}/${name}`
    const found = (await env.files.list(path)).map(parseSegmentName).filter((segment) => segment !== null)
    const entry = entries.get(name) ?? null
    partitions.push({
      directory: path,
      topicId,
      topic: nameOf(topicId),
      partition: Number(partition),
      checkpoint: entry,
      segments: entry === null ? newestSegments(sortSegments(found)).newest : segmentsOf(entry, found),
    })
  }
  return partitions.sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  )
}

/** What lies below the checkpoint and is not named by it was exchanged or is below the log start, and is about to be removed. */
function segmentsOf(entry: CheckpointPartition, found: readonly SegmentName[]): SegmentName[] {
  const named = new Set(entry.segments.map(({ baseOffset, cleaned }) => segmentFileName(baseOffset, cleaned)))
  const beyond = found.filter(
    ({ baseOffset, cleaned }) =>
      cleaned === null && baseOffset >= entry.recoveryOffset && !named.has(segmentFileName(baseOffset)),
  )
  return sortSegments([...entry.segments, ...beyond])
}
