/**
 * `npm run test:tools`: Kafka's command line tools against `bin/chronik` and against Apache Kafka beside it, output compared
 * line by line. `-- --only WORD` takes the sections whose name has the word, `--quick` leaves out the slow ones, `--verbose`
 * shows what Kafka's tools printed. Needs Java and Maven.
 */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startKafka } from '../../bench/peer/kafka.ts'
import { here, installJars } from '../clients/install.ts'
import { startChronik } from '../support/chronik-process.ts'
import { toolSections } from './steps.ts'
import { comparable, differences } from './tool-output.ts'
import { tool, type ToolStep } from './tool-step.ts'
import { ToolBench } from './tool-bench.ts'

/** The tools of 4.4.0 are not published; these speak to either release. */
const TOOLS_VERSION = '4.3.1'
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
const chosen = toolSections.filter(
  ({ name, slow }) =>
    (options.only.length === 0 || options.only.some((word) => name.includes(word))) &&
    !(options.quick && slow === true),
)
let passed = 0
let failed = 0

await using resources = new AsyncDisposableStack()
const folder = mkdtempSync(join(tmpdir(), 'chronik-tools-'))
resources.defer(() => rmSync(folder, { recursive: true, force: true }))
const classPath = join(await installJars('kafka-tools', here('tools/pom.xml'), TOOLS_VERSION), '*')
const [kafka, ours] = await Promise.all([kafkaBench(), ownBench()])
// Kafka sets this when it forms a cluster whose leaders are chosen from the eligible replicas (KIP-966).
const minInSync = '--alter --broker-defaults --add-config min.insync.replicas=1'
await compare(tool('set the least number of replicas in sync', 'kafka.admin.ConfigCommand', minInSync))
for (const section of chosen) {
  console.log(`${section.name}:`)
  for (const step of section.steps) await compare(step)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

async function compare(step: ToolStep): Promise<void> {
  const startedMs = Date.now()
  const [theirs, mine] = await Promise.all(
    [kafka, ours].map(async (bench) => comparable(await bench.run(step), bench.places, step)),
  )
  if (theirs === undefined || mine === undefined) throw new Error('two brokers give two outputs')
  const found = differences(theirs, mine)
  if (theirs.code !== (step.code ?? 0)) found.push(`exit ${theirs.code} is not what was expected`)
  const isFailure = found.length > 0
  if (isFailure) failed++
  else passed++
  const reason = step.differs === undefined ? '' : ` (apart from what differs: ${step.differs.because})`
  console.log(`  ${isFailure ? '✖' : '✔'} ${step.name}${reason} ${Date.now() - startedMs} ms`)
  for (const line of found) console.log(`      ${line}`)
  if (options.verbose) for (const line of theirs.lines) console.log(`      | ${line}`)
}

async function ownBench(): Promise<ToolBench> {
  const server = resources.use(
    await startChronik(
      ['group.initial.rebalance.delay.ms=0', 'log.segment.delete.delay.ms=1000'].flatMap((set) => [
        '--set',
        set,
      ]),
    ),
  )
  const { kafka: address, dataDir: logs } = server
  const partitions = join(logs, 'log')
  return resources.use(
    new ToolBench({ classPath, address, folder: emptyFolder('ours'), logs, partitions, byTopicId: true }),
  )
}

async function kafkaBench(): Promise<ToolBench> {
  const dataDir = join(folder, 'kafka')
  const server = await startKafka({ dataDir, set: {} })
  resources.defer(() => server.kill())
  const logs = join(dataDir, 'logs')
  const address = `${server.host}:${server.port}`
  return resources.use(
    new ToolBench({
      classPath,
      address,
      folder: emptyFolder('theirs'),
      logs,
      partitions: logs,
      byTopicId: false,
    }),
  )
}

function emptyFolder(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}
