/** What the log counts. The telemetry module's counters and histograms fit; a test may pass plain objects. */
export interface CounterLike {
  add(count: number): void
}

export interface HistogramLike {
  observe(value: number): void
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
}
