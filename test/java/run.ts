/**
 * `npm run test:java`: Java programs that others wrote, unmodified, against `bin/chronik`, most of them while it is killed.
 *
 *   npm run test:java -- [--quick] [--only NAME]... [--broker kafka] [--keep]
 *
 * `--only` takes cases whose scenario or name has one of the words; `--broker kafka` runs the same on Apache Kafka, to see
 * whether a failure is ours. Needs Java 17 and Maven; jars are kept in ~/.cache/chronik-test.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { notRun, scenarios } from './scenarios.ts'
import type { Case, Context } from './scenario.ts'

interface Row {
  readonly scenario: string
  readonly name: string
  readonly passed: boolean
  readonly counted: string
  readonly seconds: number
}

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    broker: { type: 'string', default: 'chronik' },
    keep: { type: 'boolean', default: false },
  },
})
const { broker } = options
if (broker !== 'chronik' && broker !== 'kafka') throw new Error(`--broker is chronik or kafka, not ${broker}`)
const system = broker
const rows: Row[] = []
// The programs and brokers are killed when this process exits, which a signal alone is not.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

for (const scenario of scenarios) {
  const chosen = scenario.cases.filter(({ name }) => isChosen(`${scenario.name} ${name}`))
  if (chosen.length > 0) console.log(`${scenario.name}: ${scenario.about}`)
  for (const each of chosen) rows.push(await runCase(scenario.name, each))
}

for (const { passed, scenario, name, counted, seconds } of rows)
  console.log(
    `${passed ? '✔' : '✖'} ${scenario.padEnd(22)} ${name.padEnd(40)} ${`${seconds} s`.padStart(6)}  ${counted.split('\n')[0]}`,
  )
for (const { what, why } of notRun) console.log(`- not run: ${what}: ${why}`)
const failed = rows.filter(({ passed }) => !passed).length
console.log(`${rows.length - failed} passed, ${failed} failed, on ${system}`)
process.exitCode = failed === 0 && rows.length > 0 ? 0 : 1

function isChosen(text: string): boolean {
  return options.only.length === 0 || options.only.some((word) => text.includes(word))
}

async function runCase(scenario: string, each: Case): Promise<Row> {
  const startedMs = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'chronik-java-'))
  const say = (line: string): void => console.log(`    ${line}`)
  const context: Context = { folder, quick: options.quick, system, say }
  let passed = true
  const counted = await each.run(context).catch((error: unknown) => {
    passed = false
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  })
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  console.log(`  ${passed ? '✔' : '✖'} ${each.name}, ${seconds} s: ${counted}`)
  if (!passed || options.keep) console.log(`    its files are kept in ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
  return { scenario, name: each.name, passed, counted, seconds }
}
