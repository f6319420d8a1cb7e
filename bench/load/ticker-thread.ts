/**
 * The thread behind `startTicker`: element 1 is how many microseconds to sleep, set by the main thread and zero while there is
 * nothing to do; element 0 counts the wake-ups, which the main thread waits for.
 */
import { workerData } from 'node:worker_threads'

interface TickerData {
  readonly wakeUps: Int32Array
}

// `startTicker` starts this thread with it.
const { wakeUps } = workerData as TickerData
const forever = new Int32Array(new SharedArrayBuffer(4))

for (;;) {
  Atomics.wait(wakeUps, 1, 0)
  const micros = Atomics.exchange(wakeUps, 1, 0)
  Atomics.wait(forever, 0, 0, micros / 1000)
  Atomics.add(wakeUps, 0, 1)
  Atomics.notify(wakeUps, 0)
}
