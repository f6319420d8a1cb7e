import { type FileHandle, FileError, type Files } from '../env/files.ts'
import { decodeFrame, decodeHeader, findFrame, HEADER_BYTES, type LoggedTransaction } from './log-format.ts'
import { type KeyValue, MetaStoreError } from './meta-store.ts'
import { OperationIds } from './operation-ids.ts'
import { decodeSnapshot } from './snapshot-file.ts'

const SNAPSHOT_NAME = /^snapshot-(\d{20})$/
const LOG_NAME = /^log-(\d{20})$/

export function snapshotName(revision: number): string {
  return `snapshot-${String(revision).padStart(20, '0')}`
}

export function logName(firstRevision: number): string {
  return `log-${String(firstRevision).padStart(20, '0')}`
}

/** The revisions in the names of the store's files, ascending. */
export interface StoreFiles {
  readonly snapshots: readonly number[]
  readonly logs: readonly number[]
  readonly temporaries: readonly string[]
}

/** What opening found, for the log of the process and for tests. */
export interface RecoveryReport {
  readonly revision: number
  /** Of the snapshot that was used; 0 when there was none. */
  readonly snapshotRevision: number
  readonly replayedTransactions: number
  /** Bytes at the end of the last log that a crash had left half written. None of them was ever acknowledged. */
  readonly tornBytes: number
  /** Unreadable snapshots that an older one and the logs made up for. Worth an alarm: the disk loses data. */
  readonly skippedSnapshots: readonly { readonly file: string; readonly reason: string }[]
}

export interface RecoveredState {
  readonly entries: Map<string, KeyValue>
  readonly operationIds: OperationIds
  readonly revision: number
  /** The replayed transactions, for watches that resume. They follow the snapshot without a gap. */
  readonly replayed: readonly LoggedTransaction[]
  readonly report: RecoveryReport
}

export async function listStoreFiles(files: Files, directory: string): Promise<StoreFiles> {
  const names = await files.list(directory)
  const revisions = (pattern: RegExp) =>
    names
      .flatMap((name) => pattern.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  return {
    snapshots: revisions(SNAPSHOT_NAME),
    logs: revisions(LOG_NAME),
    temporaries: names.filter((name) => name.endsWith('.tmp')),
  }
}

async function readWhole(file: FileHandle): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(await file.size())
  const read = await file.read(buffer, 0)
  if (read !== buffer.length) throw new FileError('IO', file.path, `${file.path} shrank while it was read`)
  return buffer
}

async function readFile(files: Files, path: string): Promise<Buffer> {
  await using file = await files.open(path, 'read')
  return await readWhole(file)
}

function corrupt(path: string, problem: string): MetaStoreError {
  return new MetaStoreError(
    'CORRUPT',
    `the metadata file ${path} is damaged: ${problem}. Nothing was changed. ` +
      'Put the file back from a backup of the metadata directory; starting without it would lose acknowledged changes.',
  )
}

function lostRevisions(from: number, to: number): string {
  return from === to ? `revision ${from}` : `revisions ${from} to ${to}`
}

class Replay {
  readonly #files: Files
  readonly #directory: string
  readonly entries: Map<string, KeyValue>
  readonly operationIds = new OperationIds()
  readonly replayed: LoggedTransaction[] = []
  revision = 0
  tornBytes = 0

  constructor(files: Files, directory: string) {
    this.#files = files
    this.#directory = directory
    this.entries = new Map()
  }

  /** Replays one log. `nextLog` is the first revision of the log behind it, null for the last one. */
  async log(firstRevision: number, nextLog: number | null): Promise<void> {
    const path = `${this.#directory}/${logName(firstRevision)}`
    const buffer = await readFile(this.#files, path)
    const header = decodeHeader('log', buffer)
    if (typeof header === 'string') throw corrupt(path, header)
    if (header.revision !== firstRevision) {
      throw corrupt(path, `its header says that it starts at revision ${header.revision}`)
    }
    let inLog = firstRevision - 1
    let position = HEADER_BYTES
    for (;;) {
      // An unreadable frame that held no transaction, a mark, may be skipped: it can be lost or torn by itself.
      const frame = decodeFrame(buffer, position, header.salt) ?? findFrame(buffer, position + 1, header.salt)
      if (!frame) break
      const first = frame.transactions[0]?.revision ?? frame.lastRevision + 1
      if (first !== inLog + 1) {
        const lost = lostRevisions(inLog + 1, first - 1)
        throw corrupt(
          path,
          `from byte ${position} on ${lost} cannot be read, although what follows is intact`,
        )
      }
      for (const transaction of frame.transactions) {
        if (transaction.revision > this.revision) this.#apply(transaction)
      }
      inLog = frame.lastRevision
      position = frame.end
    }
    if (nextLog === null) {
      // Nothing valid follows, so the writes of a last group were torn by a crash, before anybody was told of it.
      this.tornBytes = buffer.length - position
    } else if (inLog !== nextLog - 1) {
      // The next log was begun only when this one was durable up to it, whatever a crash left behind its last frame.
      const lost = lostRevisions(inLog + 1, nextLog - 1)
      throw corrupt(path, `from byte ${position} on ${lost} cannot be read`)
    }
  }

  #apply(transaction: LoggedTransaction): void {
    const { revision, operationId, succeeded, events } = transaction
    for (const event of events) {
      if (event.kind === 'delete') this.entries.delete(event.key)
      else this.entries.set(event.key, { key: event.key, value: event.value, modRevision: revision })
    }
    if (operationId !== '') this.operationIds.remember(operationId, { succeeded, revision })
    this.replayed.push(transaction)
    this.revision = revision
  }
}

/**
 * Rebuilds the state from the newest valid snapshot and the logs behind it. It changes nothing on disk. Throws
 * `CORRUPT`, naming file, position and revisions, when acknowledged transactions cannot be read.
 */
export async function recover(files: Files, directory: string, found: StoreFiles): Promise<RecoveredState> {
  const replay = new Replay(files, directory)
  const skippedSnapshots: { file: string; reason: string }[] = []
  let snapshotRevision = 0
  for (const revision of found.snapshots.toReversed()) {
    const path = `${directory}/${snapshotName(revision)}`
    const content = decodeSnapshot(await readFile(files, path))
    if (typeof content === 'string') {
      skippedSnapshots.push({ file: path, reason: content })
      continue
    }
    if (content.revision !== revision) {
      skippedSnapshots.push({ file: path, reason: `its header says revision ${content.revision}` })
      continue
    }
    for (const entry of content.entries) replay.entries.set(entry.key, entry)
    for (const { operationId, ...outcome } of content.operations)
      replay.operationIds.remember(operationId, outcome)
    replay.revision = snapshotRevision = revision
    break
  }
  const start = found.logs.findLastIndex((first) => first <= snapshotRevision + 1)
  const logs = found.logs.slice(Math.max(start, 0))
  const unusable = skippedSnapshots[0]
  if (logs[0] !== undefined && start < 0) {
    const path = unusable?.file ?? `${directory}/${logName(logs[0])}`
    throw corrupt(
      path,
      unusable?.reason ?? `${lostRevisions(snapshotRevision + 1, logs[0] - 1)} are missing before it`,
    )
  }
  for (const [index, first] of logs.entries()) await replay.log(first, logs[index + 1] ?? null)
  const newest = found.snapshots.at(-1) ?? 0
  if (unusable && replay.revision < newest) {
    throw corrupt(unusable.file, `${unusable.reason}, and the logs reach revision ${replay.revision} only`)
  }
  const { revision, replayed, tornBytes, entries, operationIds } = replay
  const report = {
    revision,
    snapshotRevision,
    replayedTransactions: replayed.length,
    tornBytes,
    skippedSnapshots,
  }
  return { entries, operationIds, revision, replayed, report }
}
