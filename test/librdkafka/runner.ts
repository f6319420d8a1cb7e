import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SystemName } from './brokers.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import { type GroupProtocol, type RunnerTest, titleOf } from './tests.ts'

/** A test ends itself when its own time is up; this is for one that can not even do that. */
const HANG_MS = 600_000
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

export interface TestRun {
  readonly test: RunnerTest
  readonly protocol: GroupProtocol
  readonly system: SystemName
  readonly brokers: string
}

export interface TestOutcome extends Verdict {
  readonly seconds: number
}

/** Runs one test in a process of its own. */
export async function runTest(bench: TestBench, run: TestRun): Promise<TestOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'chronik-librdkafka-'))
  try {
    const conf = join(folder, 'test.conf')
    const report = join(folder, 'report.json')
    writeFileSync(
      conf,
      `bootstrap.servers=${run.brokers}\ntest.timeout.multiplier=${TIMEOUT_MULTIPLIER}\ntest.topic.random=true\n`,
    )
    const startedMs = Date.now()
    const output = await outputOf(bench, run, conf, report)
    const seconds = (Date.now() - startedMs) / 1000
    const outcome = { seconds, ...verdictOf(run.test, readReport(report), output) }
    if (outcome.state === 'failed')
      writeFileSync(join(bench.logs, `${run.system}-${run.protocol}-${titleOf(run.test)}.log`), output)
    return outcome
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function outputOf(bench: TestBench, run: TestRun, conf: string, report: string): Promise<string> {
  const { CI: _, ...inherited } = process.env
  const { name, scenario, part, brokerVersion = BROKER_VERSION } = run.test
  const child = spawn('./test-runner', ['-p1', '-s', scenario], {
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
