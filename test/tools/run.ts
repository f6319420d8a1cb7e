/**
 * Kafka's command line tools against `bin/chronik` and against Apache Kafka beside it, output compared line by line:
 * `sh scripts/node.sh test/tools/run.ts [WORD…]` takes only steps whose name has one of the words. With CHRONIK_TEST_BROKERS and
 * CHRONIK_TEST_KAFKA (host:port) brokers that run already are used. Needs Java and Maven.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '../../bench/peer/kafka.ts'
import { here, installJars } from '../clients/install.ts'
import { startChronik } from '../support/chronik-process.ts'
import { comparable, differences, type ToolOutput } from './tool-output.ts'
import { toolSteps, type ToolStep } from './tool-steps.ts'

/** The tools of 4.4.0 are not published; these speak to either release. */
const TOOLS_VERSION = '4.3.1'
const STEP_TIMEOUT_MS = 120_000
const words = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'chronik-tools-'))
const classPath = join(await installJars('kafka-tools', here('tools/pom.xml'), TOOLS_VERSION), '*')
const given = { ours: process.env['CHRONIK_TEST_BROKERS'], kafka: process.env['CHRONIK_TEST_KAFKA'] }
let failed = 0

await using resources = new AsyncDisposableStack()
resources.defer(() => rmSync(folder, { recursive: true, force: true }))
const [ours, kafka] = await Promise.all([given.ours ?? ownAddress(), given.kafka ?? kafkaAddress()])
for (const step of toolSteps) {
  if (words.length > 0 && !words.some((word) => step.name.includes(word))) continue
  const [theirs, mine] = [await run(step, kafka), await run(step, ours)]
  const found = differences(theirs, mine)
  const isFailure = step.differs === undefined ? found.length > 0 : theirs.code !== mine.code
  if (isFailure) failed++
  const reason = found.length > 0 && step.differs !== undefined ? ` (differs: ${step.differs})` : ''
  console.log(`${isFailure ? '✖' : '✔'} ${step.name}${reason}`)
  if (isFailure) for (const line of found) console.log(`    ${line}`)
}
console.log(failed === 0 ? 'every tool did what it does with Apache Kafka' : `${failed} steps differ`)
process.exitCode = failed === 0 ? 0 : 1

async function ownAddress(): Promise<string> {
  const server = resources.use(await startChronik(['--set', 'group.initial.rebalance.delay.ms=0']))
  return server.kafka
}

async function kafkaAddress(): Promise<string> {
  const set = { 'group.initial.rebalance.delay.ms': '0' }
  const server = await startKafka({ dataDir: join(folder, 'kafka'), set })
  resources.defer(() => server.kill())
  return `${server.host}:${server.port}`
}

async function run(step: ToolStep, address: string): Promise<ToolOutput> {
  const files = mkdtempSync(join(folder, 'step-'))
  for (const [name, text] of Object.entries(step.files ?? {})) writeFileSync(join(files, name), text)
  const args = step.args.map((arg) => arg.replaceAll('BROKER', address).replaceAll('DIR', files))
  const java = [
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    classPath,
    step.tool,
    ...args,
  ]
  const child = spawn('java', java, { timeout: STEP_TIMEOUT_MS })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  child.stdin.end(step.input ?? '')
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  )
  if (text.includes('Could not find or load main class'))
    throw new Error(`${step.tool} is not there: ${text}`)
  return comparable(code, text, address, files)
}
