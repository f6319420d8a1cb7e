import { cleanSegments } from '../compaction/clean-segments.ts'
import type { CompactionConfig, LogConfig } from '../log-config.ts'
import type { LogOptions } from '../log-options.ts'

/** Small files and little memory, so that a short test rolls, recycles and evicts. */
export const testLogOptions: LogOptions = {
  directory: '/data',
  directoryId: Buffer.from('0123456789abcdef'),
  sync: 'commit',
  syncIntervalMs: 20,
  walFileBytes: 64 << 10,
  walFilesRecycledMax: 2,
  walFilesMax: 6,
  groupBytesMax: 16 << 10,
  groupRecordsMax: 64,
  directBytesMin: Infinity,
  lingerMs: 0,
  cacheBytes: 96 << 10,
  writeBehindBytes: 32 << 10,
  writeBehindIntervalMs: 200,
  readBufferBytes: 1 << 20,
  openFilesMax: 4,
  checkpointIntervalMs: 2000,
  retentionCheckIntervalMs: 3000,
  diskReserveBytes: 0,
  producerIdExpirationMs: 1e15,
  cleaner: {
    enabled: true,
    backoffMs: 700,
    dedupeBytes: 4 << 10,
    ioBytes: 2 << 10,
    bytesPerSecond: Infinity,
    run: (env) => (job, signal) => cleanSegments(env, job, signal),
  },
  onFatal: (error) => {
    throw error
  },
}

/** What lives of a simulation draw `directBytesMin` from: all groups go straight to segments, some, or none. */
export const simulatedDirectBytes = [1, 600, 3000, Infinity]

export const testLogConfig: LogConfig = {
  segmentBytes: 16 << 10,
  segmentMs: 1e15,
  retentionMs: -1,
  retentionBytes: -1,
  deleteOldSegments: true,
  compaction: null,
  fileDeleteDelayMs: 0,
}

/** As a compacted topic has it, with nothing waiting for anything. */
export const testCompaction: CompactionConfig = {
  strategy: { kind: 'key' },
  minDirtyRatio: 0.01,
  minLagMs: 0,
  maxLagMs: Number.MAX_SAFE_INTEGER,
  deleteRetentionMs: 0,
}

/** What the log said, for tests that look for a message. */
export class LogLines {
  readonly lines: {
    level: 'info' | 'warn' | 'error'
    message: string
    fields: Readonly<Record<string, unknown>>
  }[] = []

  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'info', message, fields })
  }

  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'warn', message, fields })
  }

  error(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'error', message, fields })
  }

  has(part: string): boolean {
    return this.lines.some(
      (line) => line.message.includes(part) || JSON.stringify(line.fields).includes(part),
    )
  }
}
