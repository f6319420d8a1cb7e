/** Benchmarks of the server, alone or beside Apache Kafka: see docs/internals/performance.md. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { Bench } from './bench.ts'
import { benches } from './benches.ts'
import { BrokerPool } from './broker-pool.ts'
import { formatLimits, measureLimits, type MachineLimits } from './machine/limits.ts'
import { PageCacheFill } from './machine/page-cache.ts'
import { parseOptions, usage, type BenchOptions } from './options.ts'
import { formatReport, type BenchReport } from './report/report.ts'
import { TopicKeeper } from './topic-keeper.ts'

/** Memory that is not filled; the kernel takes more from the page cache when it is needed. */
const LEFT_FREE = 1e9

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  if (options.names.length === 0) {
    const width = Math.max(...benches.map(({ name }) => name.length))
    console.log(`${usage}\n`)
    for (const { name, summary } of benches) console.log(`  ${name.padEnd(width)}  ${summary}`)
    return
  }
  const unknown = options.names.find(
    (name) => name !== 'all' && benches.every((bench) => bench.name !== name),
  )
  if (unknown !== undefined)
    throw new Error(`there is no benchmark "${unknown}"; without a name they are listed`)
  const chosen = benches.filter(({ name }) => options.names.includes('all') || options.names.includes(name))
  const reports: MeasuredReport[] = []
  for (const bench of chosen) {
    console.log(`\n${bench.name}: ${bench.summary}\n`)
    const report = await runBench(bench, options)
    const limits = await measureLimits(options.dataDir)
    console.log(`${formatReport(report)}\n\n${formatLimits(limits)}`)
    reports.push({ ...report, limits })
    if (options.json !== null) writeJson(options.json, options, reports)
  }
}

type MeasuredReport = BenchReport & { readonly limits: MachineLimits }

async function runBench(bench: Bench, options: BenchOptions): Promise<BenchReport> {
  await using brokers = new BrokerPool(options)
  using fill = options.fill ? new PageCacheFill(options.dataDir, LEFT_FREE) : null
  const settle = (): void => {
    execFileSync('sync')
    fill?.fill()
  }
  const topics = new TopicKeeper()
  const report = await bench.run({
    options,
    brokers,
    topics,
    settle,
    progress: (line) => console.error(line),
  })
  await topics.deleteAll()
  return report
}

function writeJson(file: string, options: BenchOptions, reports: readonly MeasuredReport[]): void {
  writeFileSync(file, `${JSON.stringify({ date: new Date().toISOString(), options, reports }, null, 2)}\n`)
}

try {
  await main()
} catch (error) {
  console.error(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.exitCode = 1
}
