import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { BrokerUnderTest } from './broker-under-test.ts'
import { JavaProgram, runJava } from './java-program.ts'
import { newestPrograms, streamsClassPath } from './jars.ts'
import type { Context, Scenario } from './scenario.ts'
import { until } from './wait.ts'

const SOURCE = fileURLToPath(new URL('WordCount.java', import.meta.url))
const APPLICATION = 'word-count'
const TEXT = 'text'
const PARTITIONS = 4
const WORDS = 1000
const START_MS = 120_000
/** Between two kills, and after the last. */
const PROGRESS_MS = 300_000
const READ_MS = 300_000
/** Longer than a transaction is open, or what is not committed yet would be taken for missing. */
const PAUSE_MS = 15_000

export const streams: Scenario = {
  name: 'streams',
  about:
    'Kafka Streams with exactly_once_v2 while the broker is killed: each word is counted 1, 2, 3 … as often as it was sent',
  cases: [{ name: `word count, Kafka Streams ${newestPrograms}`, run: countWords }],
}

async function countWords(context: Context): Promise<string> {
  const [records, kills, programKills] = context.quick ? [100_000, 4, 2] : [1_000_000, 20, 4]
  const classPath = await streamsClassPath()
  await using resources = new AsyncDisposableStack()
  const broker = resources.use(await BrokerUnderTest.start(context.system, context.folder))
  await broker.createTopic(TEXT, PARTITIONS)
  await broker.createTopic('counts', PARTITIONS)
  const command = (...args: readonly string[]) => ({
    classPath,
    mainClass: SOURCE,
    args: [broker.address, ...args],
    flags: ['-Xmx512m'],
  })
  const stateDir = join(context.folder, 'state')
  let running = 0
  const start = (): JavaProgram =>
    resources.use(
      new JavaProgram({
        ...command('process', stateDir),
        onLine: (line) => void (line === 'running' && running++),
      }),
    )
  let program = start()
  const generator = resources.use(new JavaProgram(command('generate', String(records), String(WORDS))))
  const processed = async (count: number): Promise<void> => {
    const isDone = async (): Promise<boolean> =>
      !program.isRunning || (await broker.committed(APPLICATION, TEXT)) >= count
    await until(isDone, PROGRESS_MS, () => program.failure(`has not processed ${count} records`))
    if (!program.isRunning) throw program.failure('ended')
  }
  await until(
    () => running > 0 || !program.isRunning,
    START_MS,
    () => program.failure('does not run'),
  )
  for (let kill = 1; kill <= kills; kill++) {
    await processed((records * kill) / (kills + 1))
    context.say(`kill ${kill} of ${kills}`)
    await broker.killAndRestart()
    if (kill % Math.floor(kills / programKills) === 0) {
      await program.kill()
      program = start()
    }
  }
  if ((await generator.ended) !== 0) throw generator.failure('could not send all records')
  await processed(records)
  await allCounted(() => runJava(command('verify'), READ_MS), records)
  await program.stop()
  const restored = await runJava(command('store', join(context.folder, 'fresh')), READ_MS)
  const lost = wrongCounts(countsIn(restored, 'store'), records)
  if (lost.length > 0) throw new Error(`restored from the changelog: ${lost.slice(0, 10).join(', ')}`)
  return `${records} records, each word counted 1 to ${records / WORDS}, ${WORDS} words restored from the changelog, ${broker.kills} kills of the broker, ${programKills} of the program`
}

/** Reads the counts until all records are counted; every one must be the one before of its word plus one. */
async function allCounted(verify: () => Promise<string[]>, records: number): Promise<void> {
  let before = -1
  for (;;) {
    const lines = await verify()
    const wrong = lines.filter((line) => line.startsWith('wrong '))
    if (wrong.length > 0)
      throw new Error(`${wrong.length} counts are wrong: ${wrong.slice(0, 10).join(', ')}`)
    const counts = countsIn(lines, 'count')
    const counted = [...counts.values()].reduce((sum, count) => sum + count, 0)
    if (counted >= records) {
      const problems = wrongCounts(counts, records)
      if (problems.length > 0) throw new Error(`last counts: ${problems.slice(0, 10).join(', ')}`)
      return
    }
    if (counted <= before) throw new Error(`${counted} of ${records} records are counted, and no more come`)
    before = counted
    await sleep(PAUSE_MS)
  }
}

/** From lines such as `count word-1 100`. */
function countsIn(lines: readonly string[], label: string): Map<string, number> {
  return new Map(
    lines.flatMap((line) => {
      const [found, word = '', count] = line.split(' ')
      return found === label ? [[word, Number(count)] as const] : []
    }),
  )
}

/** The number of records is a multiple of that of the words, so that each comes equally often. */
function wrongCounts(counts: ReadonlyMap<string, number>, records: number): string[] {
  return Array.from({ length: WORDS }, (_, index) => `word-${index}`)
    .filter((word) => counts.get(word) !== records / WORDS)
    .map((word) => `${word}: ${counts.get(word) ?? 'none'} instead of ${records / WORDS}`)
}
