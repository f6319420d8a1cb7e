import type { ResolvedConfig } from '../config/resolved-config.ts'
import type { LogMetrics } from '../log/log-metrics.ts'
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
  }
}
