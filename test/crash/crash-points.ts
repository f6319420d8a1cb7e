import { commitsOffsets, entersState, hasMarker } from './transaction-steps.ts'

/** A call of the Files interface, as far as crash points tell them apart. */
export type FileOperation =
  | 'create'
  | 'write'
  | 'datasync'
  | 'sync'
  | 'truncate'
  | 'rename'
  | 'remove'
  | 'directory-sync'

/** `torn`: a write leaves a random part of its bytes, from the start, and the process dies. */
export type Moment = 'before' | 'torn' | 'after'

/** A place in the life of the server at which it is killed. */
export interface CrashPoint {
  readonly name: string
  readonly operation: FileOperation
  readonly moment: Moment
  /** Matches the path below the data directory; for `rename` the new path. */
  readonly path: RegExp
  /** Only writes of such bytes, and syncs that follow such a write. */
  readonly writes?: (bytes: Buffer) => boolean
  /** Only writes at the start of the file, which is where headers stand, or only those behind it. */
  readonly at?: 'start' | 'behind'
  /** The server is told to stop in order once the load is over: such points lie in the stop. */
  readonly duringStop?: boolean
  /** Lies in compaction, which then runs on the server's own thread, over the files that fail. */
  readonly compaction?: boolean
  /** A cycle dies when it is reached for the n-th time, n random up to this: about as often as two seconds of load reach it. */
  readonly spread: number
  /** Settings without which it is not reached. */
  readonly needs?: Readonly<Record<string, string | number>>
}

/** The group that the suite commits offsets for; its name stands in the records of the offsets topic. */
export const crashGroup = 'crash-suite-offsets-group'

const commitsCrashGroup = (bytes: Buffer): boolean => bytes.includes(crashGroup)

const walFile = /^wal\/wal-\d+\.log$/
const walTemporary = /^wal\/wal-prepare\.tmp$/
const walDirectory = /^wal$/
const segmentFile = /^log\/[^/]+\/\d+\.log$/
const indexFile = /^log\/[^/]+\/\d+\.(index|idx)$/
const cleanedTemporary = /^log\/[^/]+\/[\d.]+\.log\.cleaned$/
const cleanedFile = /^log\/[^/]+\/\d+\.\d+\.\d+\.log$/
const cleanedIndex = /^log\/[^/]+\/\d+\.\d+\.\d+\.(index|idx)$/
const segmentOrCleaned = /^log\/[^/]+\/[\d.]+\.log$/
const checkpointTemporary = /^checkpoint\.tmp$/
const metadataLog = /^metadata\/log-\d+$/
const metadataLogTemporary = /^metadata\/log-\d+\.tmp$/
const snapshotTemporary = /^metadata\/snapshot-\d+\.tmp$/

type Step = readonly [moment: Moment, operation: FileOperation]

const datasyncSteps: readonly Step[] = [
  ['before', 'datasync'],
  ['after', 'datasync'],
]
const renameSteps: readonly Step[] = [
  ['before', 'rename'],
  ['after', 'rename'],
]
const syncSteps: readonly Step[] = [
  ['before', 'sync'],
  ['after', 'sync'],
]
const removeSteps: readonly Step[] = [
  ['before', 'remove'],
  ['after', 'remove'],
]

const withWal = { 'wal.sync': 'commit' }
const recycling = { ...withWal, 'wal.files.recycled.max': 2 }
const notRecycling = { ...withWal, 'wal.files.recycled.max': 0 }

/** Points of one object, named `<what>: <moment> <operation>`. */
function points(
  what: string,
  path: RegExp,
  spread: number,
  steps: readonly Step[],
  more: Partial<CrashPoint> = {},
): CrashPoint[] {
  return steps.map(([moment, operation]) => ({
    name: `${what}: ${moment} ${operation}`,
    operation,
    moment,
    path,
    spread,
    ...more,
  }))
}

const wholeWrite: readonly Step[] = [
  ['before', 'write'],
  ['torn', 'write'],
  ['after', 'write'],
]
/** Of a record: not there, in part, not durable, durable and not answered. */
const recordSteps: readonly Step[] = [...wholeWrite, ['after', 'datasync']]
const replaceSteps: readonly Step[] = [
  ['torn', 'write'],
  ['before', 'sync'],
  ['after', 'sync'],
]

/** Every named crash point. "after write" of a WAL group is the moment between its write and its fdatasync. */
export const crashPoints: readonly CrashPoint[] = [
  ...points('WAL group', walFile, 300, wholeWrite, { at: 'behind', needs: withWal }),
  ...points('WAL group', walFile, 300, datasyncSteps, { needs: withWal }),
  ...points('new WAL file', walTemporary, 4, replaceSteps, { needs: notRecycling }),
  ...points('new WAL file', walFile, 4, renameSteps, { needs: notRecycling }),
  ...points('recycled WAL file', walFile, 4, wholeWrite, { at: 'start', needs: recycling }),
  ...points('recycled WAL file', walFile, 4, renameSteps, { needs: recycling }),
  ...points(
    'WAL directory',
    walDirectory,
    4,
    [
      ['before', 'directory-sync'],
      ['after', 'directory-sync'],
    ],
    { needs: withWal },
  ),
  ...points('surplus WAL file', walFile, 3, removeSteps, { needs: notRecycling }),
  ...points('segment file', segmentFile, 4, [
    ['before', 'create'],
    ['after', 'create'],
  ]),
  ...points('segment write-behind', segmentFile, 20, wholeWrite),
  ...points('segment write-behind', segmentFile, 12, datasyncSteps, { needs: withWal }),
  ...points('segment index', indexFile, 3, [
    ['torn', 'write'],
    ['after', 'write'],
  ]),
  ...points('checkpoint', checkpointTemporary, 4, replaceSteps, { needs: withWal }),
  ...points('checkpoint', /^checkpoint$/, 4, renameSteps, { needs: withWal }),
  ...points('checkpoint in the stop', /^checkpoint$/, 1, renameSteps, { duringStop: true }),
  ...points('metadata log', metadataLog, 20, wholeWrite),
  ...points('metadata log', metadataLog, 20, datasyncSteps),
  ...points('new metadata log', metadataLogTemporary, 3, replaceSteps),
  ...points('new metadata log', metadataLog, 3, renameSteps),
  ...points('metadata snapshot', snapshotTemporary, 3, replaceSteps),
  ...points('metadata snapshot', /^metadata\/snapshot-\d+$/, 3, renameSteps),
  ...points('metadata log that a snapshot covers', metadataLog, 2, removeSteps),
  ...points('offsets commit', walFile, 20, wholeWrite, { writes: commitsCrashGroup, needs: withWal }),
  ...points('offsets commit', walFile, 20, datasyncSteps, { writes: commitsCrashGroup, needs: withWal }),
  ...transactionStep('producer id', 2, entersState('Empty')),
  ...transactionStep('partitions added', 6, entersState('Ongoing')),
  ...transactionStep('offsets', 3, commitsOffsets),
  ...transactionStep('prepared commit', 3, entersState('PrepareCommit')),
  ...transactionStep('prepared abort', 2, entersState('PrepareAbort')),
  ...transactionStep('commit marker', 4, hasMarker('commit')),
  ...transactionStep('abort marker', 2, hasMarker('abort')),
  ...transactionStep('completed commit', 3, entersState('CompleteCommit')),
  ...transactionStep('completed abort', 2, entersState('CompleteAbort')),
  ...points('compacted segment', cleanedTemporary, 3, [['after', 'create'], ...wholeWrite, ...syncSteps], {
    compaction: true,
  }),
  ...points('compacted segment', cleanedFile, 2, renameSteps, { compaction: true }),
  ...points('index of a compacted segment', cleanedIndex, 3, wholeWrite, { compaction: true }),
  ...points('compacted segment, named by a checkpoint', /^checkpoint$/, 6, renameSteps, { compaction: true }),
  ...points('segment that compaction replaced', segmentOrCleaned, 3, removeSteps, { compaction: true }),
]

/** A record of the transaction protocol. */
function transactionStep(what: string, spread: number, writes: (bytes: Buffer) => boolean): CrashPoint[] {
  return points(`transaction: ${what}`, walFile, spread, recordSteps, { writes, needs: withWal })
}

export function crashPointNamed(name: string): CrashPoint {
  const found = crashPoints.find((point) => point.name === name)
  if (found === undefined) throw new Error(`there is no crash point "${name}"`)
  return found
}
