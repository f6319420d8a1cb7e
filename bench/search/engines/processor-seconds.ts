/** Runs something and says what it cost: `processor` is of all threads of this process, in seconds. */
export async function costOf(
  work: () => Promise<void> | void,
): Promise<{ readonly processor: number; readonly elapsed: number }> {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { processor: (user + system) / 1e6, elapsed: (performance.now() - startedAt) / 1000 }
}
