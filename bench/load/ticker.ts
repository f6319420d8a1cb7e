import { Worker } from 'node:worker_threads'

/**
 * Calls `due` at a fixed rate, with the time in `performance.now()` at which each call was due. Timers of the event loop count
 * whole milliseconds, too coarse here, so a thread sleeps until each time and wakes this one; that costs some tens of
 * microseconds, which the caller can see by comparing. Calls that fell behind are made up at once. Returns how to stop it.
 */
export function startTicker(rate: number, due: (dueAt: number) => void): () => void {
  const wakeUps = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(new URL('ticker-thread.ts', import.meta.url), {
    workerData: { wakeUps },
  })
  const periodMs = 1000 / rate
  let nextAt = performance.now() + periodMs
  let stopped = false
  const wait = (): void => {
    if (stopped) return
    const seen = Atomics.load(wakeUps, 0)
    const now = performance.now()
    while (nextAt <= now) {
      due(nextAt)
      nextAt += periodMs
    }
    // The thread's clock is another one, so this thread says how long to sleep.
    Atomics.store(wakeUps, 1, Math.max(1, Math.round((nextAt - performance.now()) * 1000)))
    Atomics.notify(wakeUps, 1)
    const waiting = Atomics.waitAsync(wakeUps, 0, seen)
    if (waiting.async) void waiting.value.then(wait)
    else setImmediate(wait)
  }
  worker.once('online', wait)
  return () => {
    stopped = true
    void worker.terminate()
  }
}
