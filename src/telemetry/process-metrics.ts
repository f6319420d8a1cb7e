import type { Clock } from '../env/clock.ts'
import type { EventLoopMonitor } from './event-loop.ts'
import type { Metrics } from './metrics.ts'

const MICROSECONDS = 1e6

/** Reports CPU, memory and event loop of this process at each scrape. Returns what stops it. */
export function collectProcessMetrics(
  metrics: Metrics,
  eventLoop: EventLoopMonitor,
  clock: Clock,
  version: string,
): () => void {
  const startedSeconds = clock.now() / 1000 - process.uptime()
  return metrics.collect((sample) => {
    const cpu = process.cpuUsage()
    const memory = process.memoryUsage()
    const loop = eventLoop.read()
    sample('process_cpu_user_seconds_total', cpu.user / MICROSECONDS)
    sample('process_cpu_system_seconds_total', cpu.system / MICROSECONDS)
    sample('process_start_time_seconds', startedSeconds)
    sample('process_resident_memory_bytes', memory.rss)
    sample('nodejs_heap_size_total_bytes', memory.heapTotal)
    sample('nodejs_heap_size_used_bytes', memory.heapUsed)
    sample('nodejs_external_memory_bytes', memory.external)
    sample('nodejs_eventloop_lag_mean_seconds', loop.mean)
    sample('nodejs_eventloop_lag_p50_seconds', loop.p50)
    sample('nodejs_eventloop_lag_p99_seconds', loop.p99)
    sample('nodejs_eventloop_lag_max_seconds', loop.max)
    sample('chronik_event_loop_utilization', loop.utilization)
    sample('chronik_build_info', 1, { version, node: process.versions.node })
  })
}
