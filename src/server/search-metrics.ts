import type { SearchEngine } from '../search/engine/search-engine.ts'
import type { SearchMetrics } from '../search/engine/search-metrics.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** Counts searches as they are answered. */
export function searchMetrics(metrics: Metrics): SearchMetrics {
  const seconds = metrics.histogram('chronik_search_seconds')
  const deaths = metrics.counter('chronik_search_worker_restarts_total')
  return {
    answered: (outcome, ms) => {
      metrics.counter('chronik_search_requests_total', { outcome }).add(1)
      seconds.observe(ms)
    },
    workerDied: () => deaths.add(1),
  }
}

/** How far indexes are, and how large, when somebody scrapes. */
export function collectSearchMetrics(metrics: Metrics, engine: SearchEngine): void {
  metrics.collect((sample) => {
    const bytes = new Map<string, { file: number; tail: number }>()
    for (const partition of engine.allStatus()) {
      const labels = { topic: partition.topic, partition: String(partition.partition) }
      sample('chronik_search_lag_records', partition.lagRecords, labels)
      sample('chronik_search_lag_bytes', partition.lagBytes, labels)
      sample('chronik_search_lag_seconds', partition.lagMs / 1000, labels)
      const sum = bytes.get(partition.topic) ?? { file: 0, tail: 0 }
      bytes.set(partition.topic, {
        file: sum.file + partition.fileBytes,
        tail: sum.tail + partition.tailBytes,
      })
    }
    for (const [topic, { file, tail }] of bytes) {
      sample('chronik_search_index_bytes', file, { topic })
      sample('chronik_search_tail_bytes', tail, { topic })
    }
    const { merges, rebuilds, skippedBatches, active } = engine.totals
    sample('chronik_search_active', active)
    sample('chronik_search_merges_total', merges)
    sample('chronik_search_rebuilds_total', rebuilds)
    sample('chronik_search_skipped_batches_total', skippedBatches)
  })
}
