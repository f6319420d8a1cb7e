import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20

/** Waits until it is so; throws what `late` gives when that takes too long. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  timeoutMs: number,
  late: () => Error,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw late()
    await sleep(POLL_MS)
  }
}
