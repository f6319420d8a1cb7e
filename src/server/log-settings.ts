import type { ResolvedConfig } from '../config/resolved-config.ts'
import { cleanOnThread } from '../log/compaction/cleaner-thread.ts'
import type { CleanerOptions } from '../log/compaction/log-cleaner.ts'
import type { CleanerMetrics, LogMetrics } from '../log/log-metrics.ts'
import type { LogOptions } from '../log/log-options.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** WAL files that may exist at once. With full-grown files this bounds what a start after a crash has to read. */
const walFilesMax = 8
const groupRecordsMax = 2048
const readBufferBytes = 32 << 20
const openFilesMax = 2000
const checkpointIntervalMs = 30_000

export function logOptions(
  config: ResolvedConfig,
  directory: string,
  directoryId: Buffer,
  onFatal: (error: unknown) => void,
  runCleaner: CleanerOptions['run'] = () => cleanOnThread,
): LogOptions {
  return {
    directory,
    directoryId,
    sync: config.get('wal.sync'),
    syncIntervalMs: config.get('wal.flush.interval.ms'),
    walFileBytes: config.get('wal.file.bytes'),
    walFilesRecycledMax: config.get('wal.files.recycled.max'),
    walFilesMax,
    groupBytesMax: config.get('wal.group.max.bytes'),
    groupRecordsMax,
    directBytesMin: config.get('wal.direct.min.bytes'),
    lingerMs: config.get('wal.linger.ms'),
    cacheBytes: config.get('log.cache.bytes'),
    writeBehindBytes: config.get('log.write.behind.bytes'),
    writeBehindIntervalMs: config.get('log.write.behind.interval.ms'),
    readBufferBytes,
    openFilesMax,
    checkpointIntervalMs,
    retentionCheckIntervalMs: config.get('log.retention.check.interval.ms'),
    diskReserveBytes: config.get('disk.reserve.bytes'),
    producerIdExpirationMs: config.get('producer.id.expiration.ms'),
    cleaner: {
      enabled: config.get('log.cleaner.enable'),
      backoffMs: config.get('log.cleaner.backoff.ms'),
      dedupeBytes: config.get('log.cleaner.dedupe.buffer.size'),
      ioBytes: config.get('log.cleaner.io.buffer.size'),
      bytesPerSecond: config.get('log.cleaner.io.max.bytes.per.second'),
      run: runCleaner,
    },
    onFatal,
  }
}

export function logMetrics(metrics: Metrics): LogMetrics {
  return {
    walBytes: metrics.counter('chronik_wal_written_bytes_total'),
    walCommitSeconds: metrics.histogram('chronik_wal_commit_seconds'),
    walSyncSeconds: metrics.histogram('chronik_wal_sync_seconds'),
    walGroupBytes: metrics.histogram('chronik_wal_group_bytes'),
    directBytes: metrics.counter('chronik_wal_direct_bytes_total'),
    walGroupRecords: metrics.histogram('chronik_wal_group_batches'),
    segmentBytes: metrics.counter('chronik_segment_written_bytes_total'),
    segmentSyncSeconds: metrics.histogram('chronik_segment_sync_seconds'),
    checkpointSeconds: metrics.histogram('chronik_checkpoint_seconds'),
    readsFromMemory: metrics.counter('chronik_log_reads_total', { source: 'memory' }),
    readsFromFile: metrics.counter('chronik_log_reads_total', { source: 'file' }),
    cleaner: cleanerMetrics(metrics),
  }
}

function cleanerMetrics(metrics: Metrics): CleanerMetrics {
  const gauge = {
    dirty: metrics.gauge('chronik_cleaner_max_dirty_ratio'),
    delay: metrics.gauge('chronik_cleaner_max_compaction_delay_seconds'),
    uncleanable: metrics.gauge('chronik_cleaner_uncleanable_partitions'),
    seconds: metrics.gauge('chronik_cleaner_last_run_seconds'),
    buffer: metrics.gauge('chronik_cleaner_last_run_buffer_ratio'),
    recopy: metrics.gauge('chronik_cleaner_last_run_recopy_ratio'),
  }
  return {
    runs: metrics.counter('chronik_cleaner_runs_total'),
    seconds: metrics.histogram('chronik_cleaner_run_seconds'),
    bytesRead: metrics.counter('chronik_cleaner_read_bytes_total'),
    bytesWritten: metrics.counter('chronik_cleaner_written_bytes_total'),
    bytesRemoved: metrics.counter('chronik_cleaner_removed_bytes_total'),
    recordsRemoved: metrics.counter('chronik_cleaner_removed_records_total'),
    maxDirtyPercent: (percent) => gauge.dirty.set(percent / 100),
    maxCompactionDelaySeconds: (seconds) => gauge.delay.set(seconds),
    uncleanable: (partitions) => gauge.uncleanable.set(partitions),
    lastRun: ({ seconds, bufferPercent, recopyPercent }) => {
      gauge.seconds.set(seconds)
      gauge.buffer.set(bufferPercent / 100)
      gauge.recopy.set(recopyPercent / 100)
    },
  }
}
