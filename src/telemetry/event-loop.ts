import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** Delays of the event loop in seconds, and the share of time in which it was busy, since the last reading. */
export interface EventLoopReading {
  readonly mean: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly utilization: number
}

const RESOLUTION_MS = 10
const NANOSECONDS = 1e9

/** Watches the event loop of this thread until it is disposed of. */
export class EventLoopMonitor implements Disposable {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #utilization = performance.eventLoopUtilization()

  constructor() {
    this.#delay.enable()
  }

  /** What happened since the last call, which starts a new period. */
  read(): EventLoopReading {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization)
    this.#utilization = now
    const delay = this.#delay
    const reading = {
      mean: delaySeconds(delay.mean),
      p50: delaySeconds(delay.percentile(50)),
      p99: delaySeconds(delay.percentile(99)),
      max: delaySeconds(delay.max),
      utilization,
    }
    delay.reset()
    return reading
  }

  [Symbol.dispose](): void {
    this.#delay.disable()
  }
}

/** Node measures the whole period of its sampling timer; what exceeds that is delay. Without samples it says NaN. */
function delaySeconds(nanoseconds: number): number {
  const excess = nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000
  return excess > 0 ? excess : 0
}
