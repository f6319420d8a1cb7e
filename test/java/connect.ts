import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BrokerUnderTest } from './broker-under-test.ts'
import { ConnectWorker } from './connect-worker.ts'
import { newestPrograms, releases, toolsClassPath } from './jars.ts'
import { readCommitted } from './read-committed.ts'
import type { Context, Scenario } from './scenario.ts'
import { until } from './wait.ts'

const TOPIC = 'lines'
const PROGRESS_MS = 300_000
/** Small, so that there are many transactions. */
const LINES_PER_POLL = 200

export const connect: Scenario = {
  name: 'connect',
  about:
    'Kafka Connect copies a file to a topic with exactly-once source support and from there to files, while the broker and the worker are killed',
  cases: [{ name: `file to topic to file, Connect ${newestPrograms}`, run: copyFile }],
}

/**
 * The topic must have each line once, in order. A sink is at least once by design: the one that runs while the broker is
 * killed may write lines again, but none may be missing or overtake another; one that runs afterwards writes the same file.
 */
async function copyFile(context: Context): Promise<string> {
  const [total, kills, workerKills] = context.quick ? [20_000, 2, 1] : [300_000, 10, 2]
  await using resources = new AsyncDisposableStack()
  const broker = resources.use(await BrokerUnderTest.start(context.system, context.folder))
  await broker.createTopic(TOPIC, 1)
  const worker = resources.use(await ConnectWorker.start(context.folder, broker.address))
  const file = (name: string): string => join(context.folder, `${name}.txt`)
  appendFileSync(file('source'), '')
  await worker.createConnector('source', sourceConfig(file('source')))
  await worker.createConnector('sink', sinkConfig(file('sink')))
  const whenWritten = async (name: string, isWritten: (path: string) => boolean): Promise<void> => {
    await until(
      async () => {
        for (const connector of ['source', name]) await worker.restartFailed(connector)
        return isWritten(file(name))
      },
      PROGRESS_MS,
      () => worker.failure(`has written ${sizeOf(file(name))} of ${sizeOf(file('source'))} bytes of ${name}`),
    )
  }
  const parts = kills + 1
  for (let part = 0; part < parts; part++) {
    const before = sizeOf(file('source'))
    appendFileSync(file('source'), linesBetween((total * part) / parts, (total * (part + 1)) / parts))
    const half = (before + sizeOf(file('source'))) / 2
    await whenWritten('sink', (path) => sizeOf(path) >= half)
    if (part < kills) context.say(`kill ${part + 1} of ${kills}`)
    if (part < kills) await broker.killAndRestart()
    if (part < workerKills) await worker.killAndRestart()
  }
  const source = linesOf(file('source'))
  const hasLast = (path: string): boolean => sizeOf(path) > 0 && linesOf(path).at(-1) === source.at(-1)
  await whenWritten('sink', hasLast)
  const classPath = await toolsClassPath(releases['4.4'])
  const reading = { classPath, address: broker.address, topic: TOPIC, partitions: 1, folder: context.folder }
  const [values = []] = await readCommitted({ ...reading, count: total })
  mustEqual('the topic', values, source)
  const sink = linesOf(file('sink'))
  mustEqual('the file without what is written again', [...new Set(sink)], source)
  await worker.createConnector('second-sink', sinkConfig(file('second-sink')))
  await whenWritten('second-sink', hasLast)
  mustEqual('the file of the undisturbed sink', linesOf(file('second-sink')), source)
  return `${total} lines once in the topic and in the second file, ${sink.length - total} again in the first, ${broker.kills} kills of the broker, ${worker.kills} of the worker, ${worker.restartedTasks} tasks restarted`
}

function sourceConfig(file: string): Record<string, string> {
  return {
    'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
    'exactly.once.support': 'required',
    'batch.size': String(LINES_PER_POLL),
    topic: TOPIC,
    file,
  }
}

function sinkConfig(file: string): Record<string, string> {
  return {
    'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
    topics: TOPIC,
    file,
  }
}

function linesBetween(from: number, to: number): string {
  let text = ''
  for (let i = Math.floor(from); i < Math.floor(to); i++) text += `line ${i} ${'x'.repeat(i % 60)}\n`
  return text
}

/** Whole lines only. */
function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1)
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function mustEqual(what: string, found: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((line, index) => found[index] !== line)
  if (at === -1 && found.length === expected.length) return
  const first = at === -1 ? expected.length : at
  throw new Error(
    `${what} has ${found.length} lines instead of ${expected.length}; at ${first} '${found[first] ?? ''}' instead of '${expected[first] ?? ''}'`,
  )
}
