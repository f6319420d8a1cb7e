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
import { runTests, type TestBench } from './runner.ts'
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
  ({ name, slow = false }) =>
    (!values.quick || !slow) && (numbers.length === 0 || numbers.some((word) => name.startsWith(word))),
)
// The slow ones first, so that none of them is left alone at the end.
const inOrder = chosen.toSorted((a, b) => Number(b.slow ?? false) - Number(a.slow ?? false))
const processes = Object.values(
  Object.groupBy(inOrder, ({ name, scenario, part = '' }) => `${name.slice(0, 4)} ${scenario} ${part}`),
).flatMap((group) => (isNotEmpty(group) ? [group] : []))
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

interface TestProcess {
  readonly tests: readonly [RunnerTest, ...RunnerTest[]]
  readonly protocol: GroupProtocol
}

/** Some tests measure times. So what fails while others run gets a second chance, alone. */
async function runAll(system: SystemName, bench: TestBench): Promise<readonly Result[]> {
  await using brokers = new Brokers(system, folder)
  const runOne = async ({ tests, protocol }: TestProcess, attempt: 1 | 2): Promise<Result[]> => {
    const address = await brokers.addressFor(tests[0])
    const outcomes = await runTests(bench, { tests, protocol, system, brokers: address })
    const results = outcomes.map((outcome, index): Result => ({
      test: tests[index] ?? tests[0],
      system,
      protocol,
      outcome,
      attempt,
    }))
    for (const result of results) console.log(resultLine(result))
    return results
  }
  const queue = protocols.flatMap((protocol) => processes.map((tests): TestProcess => ({ tests, protocol })))
  const done = new Map<TestProcess, readonly Result[]>()
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      done.set(next, await runOne(next, 1))
  }
  await Promise.all(Array.from({ length: Number(values.jobs) }, work))
  for (const [process, results] of done)
    if (results.some(mustPass)) done.set(process, await runOne(process, 2))
  return [...done.values()].flat()
}

function mustPass({ test, protocol, outcome }: Result): boolean {
  return outcome.state === 'failed' && test.unlisted[protocol] === undefined
}

function resultLine({ test, system, protocol, outcome, attempt }: Result): string {
  const { state, seconds, detail } = outcome
  const again = attempt === 2 ? ', second attempt' : ''
  return `${MARKS[state]} ${titleOf(test)}, ${columnOf({ system, protocol })}, ${Math.round(seconds)} s${again} ${detail}`.trimEnd()
}

function isNotEmpty(
  group: readonly RunnerTest[] | undefined,
): group is readonly [RunnerTest, ...RunnerTest[]] {
  return group !== undefined && group.length > 0
}
