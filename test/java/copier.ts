import { BrokerUnderTest } from './broker-under-test.ts'
import { JavaProgram } from './java-program.ts'
import { releases, toolsClassPath, type Release } from './jars.ts'
import { readCommitted } from './read-committed.ts'
import type { Context, Scenario } from './scenario.ts'
import { until } from './wait.ts'

const INPUT = 'copier-input'
const OUTPUT = 'copier-output'
const PARTITIONS = 2
const SEED_MS = 120_000
const PROGRESS_MS = 180_000
/** A copier that a killed broker made give up is started again, as Kafka's system tests do; more often, and something is wrong. */
const STARTS_MAX = 100

export const copier: Scenario = {
  name: 'copier',
  about:
    'a TransactionalMessageCopier for each partition, with random aborts, while the broker is killed: what is committed in the output is the input, in order, once',
  cases: [releases['4.4'], releases['2.8']].map((release) => ({
    name: `clients ${release.clients}`,
    run: (context) => copy(context, release),
  })),
}

interface Copy {
  readonly partition: number
  program: JavaProgram
  starts: number
  processed: number
  isComplete: boolean
}

async function copy(context: Context, release: Release): Promise<string> {
  const [records, kills] = context.quick ? [10_000, 3] : [100_000, 20]
  const classPath = await toolsClassPath(release)
  await using resources = new AsyncDisposableStack()
  const broker = resources.use(await BrokerUnderTest.start(context.system, context.folder))
  for (const topic of [INPUT, OUTPUT]) await broker.createTopic(topic, PARTITIONS)
  await produce(classPath, broker.address, records)
  const read = (topic: string): Promise<string[][]> =>
    readCommitted({
      classPath,
      address: broker.address,
      topic,
      partitions: PARTITIONS,
      count: records,
      folder: context.folder,
    })
  const input = await read(INPUT)
  const start = (each: Copy): void => {
    each.starts++
    each.program = resources.use(startCopier(classPath, broker.address, release, each))
  }
  const copies = Array.from({ length: PARTITIONS }, (_, partition) => {
    const each = { partition, starts: 0, processed: 0, isComplete: false } as Copy
    start(each)
    return each
  })
  const progress = (): number => copies.reduce((sum, { processed }) => sum + processed, 0)
  /** Starts again what has ended early; true when `count` records are copied or all copiers are done. */
  const copied = (count: number): boolean => {
    for (const each of copies) {
      if (each.program.isRunning || each.isComplete) continue
      if (each.starts >= STARTS_MAX) throw each.program.failure(`ended ${STARTS_MAX} times`)
      start(each)
    }
    return progress() >= count || copies.every(({ isComplete }) => isComplete)
  }
  const late = (): Error => copies[0]!.program.failure(`and the others copied ${progress()} of ${records}`)
  for (let kill = 1; kill <= kills; kill++) {
    await until(() => copied((records * kill) / (kills + 1)), PROGRESS_MS, late)
    context.say(`kill ${kill} of ${kills}`)
    await broker.killAndRestart()
  }
  await until(() => copied(Infinity), PROGRESS_MS, late)
  const output = await read(OUTPUT)
  const problems = differences(input, output)
  if (problems.length > 0) throw new Error(problems.join('; '))
  const starts = copies.reduce((sum, each) => sum + each.starts, 0)
  return `${records} copied in order, ${broker.kills} kills, copiers started ${starts} times`
}

function startCopier(classPath: string, address: string, release: Release, each: Copy): JavaProgram {
  const before = each.processed
  const names = [
    '--transactional-id',
    `copier-${each.partition}`,
    '--consumer-group',
    `copiers-${each.partition}`,
  ]
  const topics = [
    '--input-topic',
    INPUT,
    '--output-topic',
    OUTPUT,
    '--input-partition',
    String(each.partition),
  ]
  const how = ['--transaction-size', '100', '--transaction-timeout', '30000', '--enable-random-aborts']
  const commit = release.name === '2.8' ? [] : ['--use-group-metadata']
  const program: JavaProgram = new JavaProgram({
    classPath,
    mainClass: 'org.apache.kafka.tools.TransactionalMessageCopier',
    args: ['--broker-list', address, ...names, ...topics, ...how, ...commit],
    onLine: (line) => {
      if (!line.startsWith('{')) return
      const status = JSON.parse(line) as { readonly totalProcessed: number; readonly remaining: number }
      each.processed = before + status.totalProcessed
      if (/shutdown_?complete/i.test(line) && status.remaining === 0) each.isComplete = true
    },
  })
  return program
}

/** The input, by an idempotent producer and before anything is killed. */
async function produce(classPath: string, address: string, records: number): Promise<void> {
  await using producer = new JavaProgram({
    classPath,
    mainClass: 'org.apache.kafka.tools.VerifiableProducer',
    args: ['--bootstrap-server', address, '--topic', INPUT, '--max-messages', String(records)],
  })
  const timer = setTimeout(() => void producer.kill(), SEED_MS)
  const code = await producer.ended
  clearTimeout(timer)
  if (code !== 0) throw producer.failure(`ended with ${code}`)
}

function differences(input: readonly string[][], output: readonly string[][]): string[] {
  return input.flatMap((values, partition) => {
    const copied = output[partition] ?? []
    const at = values.findIndex((value, index) => copied[index] !== value)
    if (at === -1 && values.length === copied.length) return []
    return `partition ${partition}: ${values.length} records in, ${copied.length} out, the first difference at ${at === -1 ? values.length : at}`
  })
}
