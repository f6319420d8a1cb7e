/**
 * `npm run test:librdkafka`: the test program of librdkafka, unmodified, against `bin/chronik`, each test in a process of its own, with
 * both protocols of consumer groups. `-- --peer kafka` runs it against Apache Kafka instead, `--peer both` against one after the
 * other, `--protocol classic|consumer` one protocol, `--only 0012,0018` some tests, `--quick` those of continuous integration,
 * `--jobs N` as many at once. A test that is
 * on the list (tests.ts) and does not pass is a failure. Sources come from npm, are compiled once, and stay in
 * ~/.cache/chronik-test; needs a C++ compiler, Java and Maven.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installLibrdkafka } from '../clients/install.ts'
import { Brokers, type SystemName } from './brokers.ts'
import { unknownTests } from './census.ts'
import { kafkaHome } from './kafka-home.ts'
import { columnOf, MARKS, type Result, resultTable, verdicts } from './results.ts'
import { runTest, type TestBench } from './runner.ts'
import { type GroupProtocol, type RunnerTest, tests, titleOf } from './tests.ts'

/** The JavaScript client that ships the sources of librdkafka 2.15.1. */
const PACKAGE_VERSION = '1.10.1'

const { values } = parseArgs({
  options: {
    peer: { type: 'string', default: 'chronik' },
    protocol: { type: 'string', multiple: true, default: ['classic', 'consumer'] },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '3' },
  },
})
const peers: Readonly<Record<string, readonly SystemName[]>> = {
  chronik: ['chronik'],
  kafka: ['kafka'],
  both: ['chronik', 'kafka'],
}
const numbers = values.only.split(',').filter((word) => word !== '')
const chosen = tests.filter(
  ({ name, quick }) =>
    (!values.quick || quick) && (numbers.length === 0 || numbers.some((word) => name.startsWith(word))),
)
const protocols = values.protocol.map((word): GroupProtocol => (word === 'consumer' ? 'consumer' : 'classic'))

const folder = mkdtempSync(join(tmpdir(), 'chronik-librdkafka-suite-'))
const logs = join(tmpdir(), 'chronik-librdkafka-logs')
mkdirSync(logs, { recursive: true })
const startedMs = Date.now()
const results: Result[] = []
try {
  const folderOfTests = await installLibrdkafka(PACKAGE_VERSION)
  const home = await kafkaHome(folder, folderOfTests)
  for (const system of peers[values.peer] ?? [])
    results.push(...(await runAll(system, { tests: folderOfTests, kafkaHome: home, logs })))
  console.log(`\n${resultTable(results)}`)
  const unknown = unknownTests(folderOfTests).map((name) => `✖ ${name} is neither in the list nor left out`)
  const { lines, ok } = verdicts(results)
  for (const line of [...lines, ...unknown]) console.log(line)
  console.log(`${Math.round((Date.now() - startedMs) / 1000)} s; output of failed tests: ${logs}`)
  process.exitCode = ok && unknown.length === 0 && results.length > 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function runAll(system: SystemName, bench: TestBench): Promise<Result[]> {
  await using brokers = new Brokers(system, folder)
  const queue = protocols.flatMap((protocol) => chosen.map((test) => ({ test, protocol })))
  const done: Result[] = []
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const address = await brokers.addressFor(next.test)
      done.push(await runOne(bench, system, address, next.test, next.protocol))
    }
  }
  await Promise.all(Array.from({ length: Number(values.jobs) }, work))
  return done
}

async function runOne(
  bench: TestBench,
  system: SystemName,
  brokers: string,
  test: RunnerTest,
  protocol: GroupProtocol,
): Promise<Result> {
  const outcome = await runTest(bench, { test, protocol, system, brokers })
  console.log(
    `${MARKS[outcome.state]} ${titleOf(test)}, ${columnOf({ system, protocol })}, ${Math.round(outcome.seconds)} s ${outcome.detail}`,
  )
  return { test, system, protocol, outcome }
}
