/** Benchmarks of the server, alone or beside Apache Kafka: see docs/internals/performance.md. */
import { writeFileSync } from 'node:fs'
import { benches } from './benches.ts'
import { BrokerPool } from './broker-pool.ts'
import { parseOptions, usage, type BenchOptions } from './options.ts'
import { formatReport, type BenchReport } from './report/report.ts'

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
  const reports: BenchReport[] = []
  for (const bench of chosen) {
    console.log(`\n${bench.name}: ${bench.summary}\n`)
    await using brokers = new BrokerPool(options)
    const report = await bench.run({ options, brokers, progress: (line) => console.error(line) })
    console.log(formatReport(report))
    reports.push(report)
    if (options.json !== null) writeJson(options.json, options, reports)
  }
}

function writeJson(file: string, options: BenchOptions, reports: readonly BenchReport[]): void {
  writeFileSync(file, `${JSON.stringify({ date: new Date().toISOString(), options, reports }, null, 2)}\n`)
}

try {
  await main()
} catch (error) {
  console.error(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.exitCode = 1
}
