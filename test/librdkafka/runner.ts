import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SystemName } from './brokers.ts'
import { type GroupProtocol, type RunnerTest, titleOf } from './tests.ts'

/** A test ends itself when its own time is up; this is for one that can not even do that. */
const HANG_MS = 600_000
/** The machine runs broker, client and other tests at once; it makes only limits longer, no test slower that passes. */
const TIMEOUT_MULTIPLIER = 2
/** Of Kafka, as the tests ask it. */
const BROKER_VERSION = '4.4.0.0'
const DETAIL_LENGTH = 300

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

/** `skipped` is the verdict of a test that found nothing here that it could test. */
export interface TestOutcome {
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly seconds: number
  /** Why it failed or was skipped, in its own words. */
  readonly detail: string
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
    const outcome = { seconds, ...verdict(run.test, report, output) }
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
  const child = spawn('./test-runner', ['-p1', '-s', scenario, '-V', brokerVersion], {
    cwd: bench.tests,
    timeout: HANG_MS,
    killSignal: 'SIGKILL',
    env: {
      ...inherited,
      LD_LIBRARY_PATH: '../src:../src-cpp',
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

/** From the report, and where the runner aborted before it wrote one, from what it printed last. */
function verdict({ name, part }: RunnerTest, report: string, output: string): Omit<TestOutcome, 'seconds'> {
  const state = reportedState(name, report)
  const ended = output.endsWith('\nended with 0\n')
  const row = output.split('\n').findLast((line) => line.startsWith('|') && line.includes(` ${name} `))
  // eslint-disable-next-line no-control-regex -- the colours of a terminal
  const plain = (row ?? output.trimEnd().split('\n').slice(-4).join(' ')).replaceAll(/\u001b\[[0-9;]*m/g, '')
  const detail = plain.split('|').at(-1)?.trim().slice(0, DETAIL_LENGTH) ?? ''
  switch (state) {
    case 'PASSED':
      if (part !== undefined && !/: PASS \(/.test(output))
        return { state: 'skipped', detail: 'no part of it ran' }
      return ended ? { state: 'passed', detail: '' } : { state: 'failed', detail: lastWords(output) }
    case 'SKIPPED':
      return { state: 'skipped', detail }
    default:
      return { state: 'failed', detail }
  }
}

/** A test that passed may still leave threads behind, which only the end of the output says. */
function lastWords(output: string): string {
  return output.trimEnd().split('\n').slice(-4).join(' ').slice(-DETAIL_LENGTH)
}

function reportedState(name: string, report: string): string | null {
  let text: string
  try {
    text = readFileSync(report, 'utf8')
  } catch {
    return null
  }
  // Not parsed as JSON: the runner does not escape what it puts into strings.
  return new RegExp(`"name": "${name}", "state": "([A-Z_]+)"`).exec(text)?.[1] ?? null
}
