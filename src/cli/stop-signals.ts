import type { Clock } from '../env/clock.ts'

/** A terminal sends Ctrl-C to every process of the group and npm passes it on once more, so one wish arrives twice. */
const ONE_WISH_MS = 1_000

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Calls `stop` at the first signal to end, and `force` when the user repeats it more than a second later. Returns what
 * takes the handlers away.
 */
export function onStopSignals(clock: Clock, stop: () => void, force: () => void): () => void {
  let first: number | null = null
  const handle = (): void => {
    const now = clock.monotonic()
    if (first === null) {
      first = now
      stop()
    } else if (now - first > ONE_WISH_MS) force()
  }
  for (const signal of signals) process.on(signal, handle)
  return () => {
    for (const signal of signals) process.off(signal, handle)
  }
}
