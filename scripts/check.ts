/**
 * `npm run check`: everything about the tree that a program can judge without running the product. All checks run, two at
 * a time, and each says how long it took; the exit code is 1 when one of them fails.
 */
import { type Check, runCheck, treeChecks } from '../test/support/checks.ts'

const CONCURRENCY = 2

const startedMs = performance.now()
const waiting = [...treeChecks]
const failed: string[] = []
await Promise.all(Array.from({ length: CONCURRENCY }, work))
console.log(
  failed.length === 0
    ? `\nall ${treeChecks.length} checks passed in ${seconds(performance.now() - startedMs)}`
    : `\n${failed.length} of ${treeChecks.length} checks failed: ${failed.join(', ')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1

async function work(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) await report(check)
}

async function report(check: Check): Promise<void> {
  const { passed, output, durationMs } = await runCheck(check)
  console.log(`${passed ? '✔' : '✖'} ${check.name} (${seconds(durationMs)})`)
  if (passed) return
  failed.push(check.name)
  console.log(`${output}\n→ ${check.remedy}\n`)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
