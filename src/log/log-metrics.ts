/** What the log counts. The telemetry module's counters and histograms fit; a test may pass plain objects. */
export interface CounterLike {
  add(count: number): void
}

export interface HistogramLike {
  observe(value: number): void
}

/** What compaction tells; the comments name Kafka's metrics of the same meaning (LogCleaner, LogCleanerManager). */
export interface CleanerMetrics {
  readonly runs: CounterLike
  readonly seconds: HistogramLike
  /** Of segments, for learning keys and for writing them anew. */
  readonly bytesRead: CounterLike
  readonly bytesWritten: CounterLike
  readonly bytesRemoved: CounterLike
  readonly recordsRemoved: CounterLike
  /** max-dirty-percent: of the dirtiest log at the last look. */
  maxDirtyPercent(percent: number): void
  /** max-compaction-delay-secs: how long the log that waits longest has been overdue by max.compaction.lag.ms. */
  maxCompactionDelaySeconds(seconds: number): void
  /** uncleanable-partitions-count. */
  uncleanable(partitions: number): void
  /** max-clean-time-secs, max-buffer-utilization-percent, cleaner-recopy-percent: of the last run, as there is one thread. */
  lastRun(run: {
    readonly seconds: number
    readonly bufferPercent: number
    readonly recopyPercent: number
  }): void
}

export interface LogMetrics {
  readonly walBytes: CounterLike
  readonly walCommitSeconds: HistogramLike
  readonly walSyncSeconds: HistogramLike
  readonly walGroupBytes: HistogramLike
  /** What was committed in segment files without going through the WAL. */
  readonly directBytes: CounterLike
  readonly walGroupRecords: HistogramLike
  readonly segmentBytes: CounterLike
  readonly segmentSyncSeconds: HistogramLike
  readonly checkpointSeconds: HistogramLike
  readonly readsFromMemory: CounterLike
  readonly readsFromFile: CounterLike
  readonly cleaner: CleanerMetrics
}

const ignore = { add: () => {}, observe: () => {} }

/** For tools and tests that do not look at metrics. */
export const noLogMetrics: LogMetrics = {
  walBytes: ignore,
  walCommitSeconds: ignore,
  walSyncSeconds: ignore,
  walGroupBytes: ignore,
  directBytes: ignore,
  walGroupRecords: ignore,
  segmentBytes: ignore,
  segmentSyncSeconds: ignore,
  checkpointSeconds: ignore,
  readsFromMemory: ignore,
  readsFromFile: ignore,
  cleaner: {
    runs: ignore,
    seconds: ignore,
    bytesRead: ignore,
    bytesWritten: ignore,
    bytesRemoved: ignore,
    recordsRemoved: ignore,
    maxDirtyPercent: () => {},
    maxCompactionDelaySeconds: () => {},
    uncleanable: () => {},
    lastRun: () => {},
  },
}
