/**
 * `npm run test:simulation -- [--seeds N] [--from S] [--seed S]`: the log on simulated machines that lose power, are killed and have
 * failing disks, one seed after the other (10,000 by default). `--seed` runs one and prints the end of its trace when it fails. Prints
 * the seeds that failed; the exit code is 1 when one did.
 */
import { parseArgs } from 'node:util'
import { LogSimulation } from '../../src/log/testing/log-simulation.ts'

const TRACE_LINES = 60
const REPORT_EVERY_MS = 10_000

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' } },
})
const single = values.seed !== undefined
const from = Number(values.seed ?? values.from ?? 0)
const count = single ? 1 : Number(values.seeds ?? 10_000)
if (!Number.isInteger(from) || !Number.isInteger(count) || count < 1) {
  console.error('--seeds, --from and --seed take whole numbers')
  process.exit(2)
}

const started = performance.now()
let reported = started
let acked = 0
let deaths = 0
const failed: number[] = []
for (let seed = from; seed < from + count; seed++) {
  const simulation = new LogSimulation(seed, { keepTrace: single })
  try {
    const report = await simulation.run()
    acked += report.acked
    deaths += report.deaths
  } catch (error) {
    failed.push(seed)
    console.error(`seed ${seed} failed: ${error instanceof Error ? error.stack : String(error)}`)
    if (single) console.error(simulation.trace.slice(-TRACE_LINES).join(''))
  }
  if (performance.now() - reported > REPORT_EVERY_MS) {
    reported = performance.now()
    console.log(
      `${seed - from + 1} of ${count} seeds, ${rate(seed - from + 1)} per second, ${failed.length} failed`,
    )
  }
}
console.log(
  `${count} seeds from ${from}: ${acked} acknowledgements, ${deaths} deaths, ${rate(count)} seeds per second; ` +
    (failed.length === 0 ? 'nothing was lost, nothing invented' : `failed: ${failed.join(' ')}`),
)
process.exitCode = failed.length === 0 ? 0 : 1

function rate(seeds: number): string {
  return ((seeds * 1000) / (performance.now() - started)).toFixed(1)
}
