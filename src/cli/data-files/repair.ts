import type { Env } from '../../env/env.ts'
import { writeCheckpoint, type CheckpointPartition, type CheckpointSegment } from '../../log/checkpoint.ts'
import { segmentFileName } from '../../log/segment.ts'
import type { Damage } from './damage.ts'
import { readOfflineDirectory, type OfflineDirectory, type OfflinePartition } from './offline-directory.ts'
import type { RepairReport } from './offset-span.ts'
import { repairSegment, type DamagedSegment } from './repair-segment.ts'
import { repairWal } from './repair-wal.ts'
import { walkSegment } from './segment-walk.ts'
import { AsideDirectory } from './set-aside.ts'
import { surveyDirectory } from './survey.ts'
import { WalLookup } from './wal-lookup.ts'

export interface Repaired extends RepairReport {
  readonly damages: readonly Damage[]
  /** Where the replaced files are; null when nothing was replaced. */
  readonly aside: string | null
}

/**
 * Restores service without touching good data: see `repairSegment` and `repairWal`. The directory's lock must be held. With `dry`
 * it only finds out what there is to repair. A repair that was interrupted may simply be started again.
 */
export async function repairDirectory(env: Env, path: string, dry: boolean): Promise<Repaired> {
  const directory = await readOfflineDirectory(env, path)
  const damages: Damage[] = []
  for await (const item of surveyDirectory(env, directory))
    if (item.kind === 'damage') damages.push(item.damage)
  const report: RepairReport = { restored: [], lost: [], repaired: [] }
  if (dry) return { ...report, damages, aside: null }
  const aside = new AsideDirectory(env, directory.path)
  await repairSegments(env, directory, damages, aside, report)
  if (
    damages.some(
      ({ file, remedy }) => file.startsWith(`${directory.walDirectory}/`) && remedy === 'log repair',
    )
  ) {
    const surveyed = await readOfflineDirectory(env, path)
    const { checkpoint } = surveyed
    // Recovery shall count on what segments hold beyond the checkpoint: the new write-ahead log is written without it.
    if (checkpoint !== null)
      await writeCheckpoint(env, path, { ...checkpoint, clean: false, walHasRest: false })
    await repairWal(env, directory, await logEnds(env, surveyed), aside, report)
  }
  await backInService(env, path)
  return { ...report, damages, aside: report.repaired.length === 0 ? null : aside.path }
}

/** What a start wrote into the checkpoint about partitions that it found damaged no longer holds. */
async function backInService(env: Env, path: string): Promise<void> {
  const { checkpoint } = await readOfflineDirectory(env, path)
  if (checkpoint?.partitions.some(({ damagedTo }) => damagedTo >= 0) !== true) return
  const partitions = checkpoint.partitions.map((entry) => ({ ...entry, damagedTo: -1 }))
  await writeCheckpoint(env, path, { ...checkpoint, keptFrom: 0, keptTo: 0, partitions })
}

async function repairSegments(
  env: Env,
  directory: OfflineDirectory,
  damages: readonly Damage[],
  aside: AsideDirectory,
  report: RepairReport,
): Promise<void> {
  const broken = new Set(damages.filter(({ remedy }) => remedy === 'log repair').map(({ file }) => file))
  const work = directory.partitions.flatMap((partition) => damagedSegments(partition, broken))
  const partitions = new Set(work.map(({ partition: { topicId, partition } }) => `${topicId}-${partition}`))
  const lookup = await WalLookup.read(env, directory, partitions)
  const changed = new Map<CheckpointPartition, Map<number, CheckpointSegment>>()
  for (const damaged of work) {
    const segment = await repairSegment(env, damaged, lookup, aside, report)
    const entry = damaged.partition.checkpoint
    if (entry === null) continue
    const segments = changed.get(entry) ?? new Map<number, CheckpointSegment>()
    changed.set(entry, segments.set(segment.baseOffset, segment))
  }
  const { checkpoint } = directory
  if (checkpoint === null || changed.size === 0) return
  await aside.copy(`${directory.path}/checkpoint`)
  const entries = checkpoint.partitions.map((entry) => {
    const segments = entry.segments.map((segment) => changed.get(entry)?.get(segment.baseOffset) ?? segment)
    return { ...entry, segments }
  })
  await writeCheckpoint(env, directory.path, { ...checkpoint, partitions: entries })
}

function damagedSegments(partition: OfflinePartition, broken: ReadonlySet<string>): DamagedSegment[] {
  const { segments, checkpoint, directory } = partition
  return segments.flatMap((segment, index) => {
    const { baseOffset, cleaned } = segment
    if (!broken.has(`${directory}/${segmentFileName(baseOffset, cleaned)}`)) return []
    const known = checkpoint?.segments.find((each) => each.baseOffset === baseOffset)
    const recoveryOffset = checkpoint?.recoveryOffset ?? Number.POSITIVE_INFINITY
    const endOffset =
      cleaned?.endOffset ?? segments[index + 1]?.baseOffset ?? (known === undefined ? null : recoveryOffset)
    const knownBytes = known?.size ?? null
    return [{ partition, segment: { baseOffset, cleaned }, endOffset, recoveryOffset, knownBytes }]
  })
}

/** The offsets behind the last good batch of each partition, as recovery will find them before it reads the write-ahead log. */
async function logEnds(env: Env, directory: OfflineDirectory): Promise<Map<string, number>> {
  const ends = new Map<string, number>()
  for (const entry of directory.checkpoint?.partitions ?? []) {
    ends.set(`${entry.topicId.toString('base64url')}-${entry.partition}`, entry.recoveryOffset)
  }
  for (const partition of directory.partitions) {
    const key = `${partition.topicId}-${partition.partition}`
    let end = ends.get(key) ?? partition.segments[0]?.baseOffset ?? 0
    walk: for (const { baseOffset, cleaned } of partition.segments) {
      const path = `${partition.directory}/${segmentFileName(baseOffset, cleaned)}`
      for await (const item of walkSegment(env, path, baseOffset)) {
        if (item.kind === 'damage' || (item.baseOffset > end && cleaned === null)) break walk
        end = Math.max(end, item.lastOffset + 1)
      }
      end = Math.max(end, cleaned?.endOffset ?? 0)
    }
    ends.set(key, end)
  }
  return ends
}
