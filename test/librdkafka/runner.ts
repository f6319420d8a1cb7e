import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SystemName } from './brokers.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import { type GroupProtocol, type RunnerTest, titleOf } from './tests.ts'

/** A test ends itself when its own time is up; this is for one that can not even do that. */
const HANG_MS = 1_800_000
/** The machine runs broker, client and other tests at once; it makes only limits longer, no test slower that passes. */
const TIMEOUT_MULTIPLIER = 2
/** Of Kafka, as the tests ask it. */
const BROKER_VERSION = '4.4.0.0'

/** Where the tests run: the folder of the compiled runner, and what stands in for an installation of Kafka. */
export interface TestBench {
  readonly tests: string
  /** Folder with `bin/kafka-topics.sh` and the like. */
  readonly kafkaHome: string
  /** The output of each failed test goes here. */
  readonly logs: string
}

/** Tests that share a number can only be run together. */
export interface TestRun {
  readonly tests: readonly [RunnerTest, ...RunnerTest[]]
  readonly protocol: GroupProtocol
  readonly system: SystemName
  readonly brokers: string
}

/** Runs the tests of one number in a process of their own; gives a verdict for each, in their order. */
export async function runTests(bench: TestBench, run: TestRun): Promise<readonly Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chronik-librdkafka-'))
  try {
    const conf = join(folder, 'test.conf')
    const reportFile = join(folder, 'report.json')
    writeFileSync(
      conf,
      `bootstrap.servers=${run.brokers}\ntest.timeout.multiplier=${TIMEOUT_MULTIPLIER}\ntest.topic.random=true\n`,
    )
    const output = await outputOf(bench, run, conf, reportFile)
    const report = readReport(reportFile)
    const verdicts = run.tests.map((test) => verdictOf(test, report, output))
    if (verdicts.some(({ state }) => state === 'failed'))
      writeFileSync(join(bench.logs, `${run.system}-${run.protocol}-${titleOf(run.tests[0])}.log`), output)
    return verdicts
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function outputOf(bench: TestBench, run: TestRun, conf: string, report: string): Promise<string> {
  const { CI: _, ...inherited } = process.env
  const { name, scenario, part, brokerVersion = BROKER_VERSION } = run.tests[0]
  const child = spawn(join(bench.tests, 'test-runner'), ['-p1', '-L', '-s', scenario], {
    cwd: bench.tests,
    timeout: HANG_MS,
    killSignal: 'SIGKILL',
    env: {
      ...inherited,
      LD_LIBRARY_PATH: '../src:../src-cpp',
      TEST_KAFKA_VERSION: brokerVersion,
      TESTS: name.slice(0, 4),
      ...(part === undefined ? {} : { SUBTESTS: `${part}:` }),
      RDKAFKA_TEST_CONF: conf,
      TEST_REPORT: report,
      TEST_CONSUMER_GROUP_PROTOCOL: run.protocol,
      KAFKA_PATH: bench.kafkaHome,
      BROKERS: run.brokers,
    },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve, reject) =>
    child.on('error', reject).on('close', (...end) => resolve(end)),
  )
  return `${text}\nended with ${code ?? signal}\n`
}

function readReport(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
