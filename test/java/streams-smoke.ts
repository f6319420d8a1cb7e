import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrokerUnderTest } from './broker-under-test.ts'
import { JavaProgram } from './java-program.ts'
import { newestPrograms, streamsClassPath } from './jars.ts'
import type { Context, Scenario } from './scenario.ts'
import { until } from './wait.ts'

const MAIN_CLASS = 'org.apache.kafka.streams.tests.StreamsSmokeTest'
/** What it reads and writes; it makes none of them. */
const topics = [
  ...['data', 'echo', 'max', 'min', 'min-suppressed', 'min-raw', 'dif', 'sum'],
  ...['sws-raw', 'sws-suppressed', 'cnt', 'avg', 'tagg', 'fk'],
] as const
const PARTITIONS = 5
const INSTANCES = 2
/** The test's own figures: 20 keys with 1000 records each, in at least 90 s. */
const RECORDS = 20_000
const PROGRESS_MS = 300_000
/** It waits up to 10 minutes for results. */
const VERIFY_MS = 720_000
/** Between two reads of a number of records that it prints. */
const PRINTED_EVERY = 100

export const streamsSmoke: Scenario = {
  name: 'streams-smoke',
  about:
    'StreamsSmokeTest, the system test of Kafka Streams: windows, joins, suppression and repartitioning with exactly_once_v2 while the broker is killed',
  cases: [{ name: `two instances, Kafka Streams ${newestPrograms}`, run: smokeTest }],
}

/**
 * Before it verifies results it compares the position of a consumer with end offsets that another one asked for before: they
 * differ when the instances still write, as they do on a slow machine. That says nothing about the broker.
 */
const OWN_RACE = 'is larger than topic endOffset'
const TRIES = 3

async function smokeTest(context: Context): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const folder = join(context.folder, String(attempt))
    mkdirSync(folder)
    try {
      const counted = await attemptSmokeTest({ ...context, folder })
      return attempt === 1 ? counted : `${counted}, at try ${attempt}`
    } catch (error) {
      if (attempt === TRIES || !String(error).includes(OWN_RACE)) throw error
      context.say(`it was asked for end offsets while records came: try ${attempt + 1}`)
    }
  }
}

async function attemptSmokeTest(context: Context): Promise<string> {
  const kills = context.quick ? 3 : 10
  const classPath = await streamsClassPath()
  await using resources = new AsyncDisposableStack()
  const broker = resources.use(await BrokerUnderTest.start(context.system, context.folder))
  for (const topic of topics) await broker.createTopic(topic, PARTITIONS)
  const settings = join(context.folder, 'streams.properties')
  writeFileSync(
    settings,
    `bootstrap.servers=${broker.address}\nprocessing.guarantee=exactly_once_v2\nnum.stream.threads=2\nreplication.factor=1\n`,
  )
  const flags = ['-Xmx384m', `-Djava.io.tmpdir=${context.folder}`]
  const start = (command: string, onLine: (line: string) => void): JavaProgram =>
    resources.use(
      new JavaProgram({ classPath, mainClass: MAIN_CLASS, args: [settings, command], flags, onLine }),
    )
  const exceptions: string[] = []
  const instances = Array.from({ length: INSTANCES }, () =>
    start('process', (line) => void (line.includes('EXCEPTION') && exceptions.push(line))),
  )
  const last: string[] = []
  let produced = 0
  const driver = start('run', (line) => {
    last.push(line)
    if (last.length > 200) last.shift()
    produced = Number(/ (\d+) records produced/.exec(line)?.[1] ?? produced)
  })
  const failure = (what: string): Error => driver.failure(`${what} and printed ${last.slice(-20).join('\n')}`)
  for (let kill = 1; kill <= kills; kill++) {
    // The last kill is some time before the end, so that the instances have caught up when it looks at what they write.
    const enough = (0.8 * RECORDS * kill) / (kills + 1) - PRINTED_EVERY
    await until(
      () => produced >= enough || !driver.isRunning,
      PROGRESS_MS,
      () => failure(`produced ${produced}`),
    )
    if (!driver.isRunning) throw failure('ended before the broker was killed')
    context.say(`kill ${kill} of ${kills}`)
    await broker.killAndRestart()
  }
  await until(
    () => !driver.isRunning,
    VERIFY_MS,
    () => failure('found no result'),
  )
  if (!last.includes('SUCCESS')) throw failure('did not succeed')
  const code = await driver.ended
  if (code !== 0) throw failure(`ended with ${code}`)
  for (const instance of instances) await instance.stop()
  if (exceptions.length > 0) throw new Error(`${exceptions.length} exceptions: ${exceptions[0]}`)
  return `${RECORDS} records, every result verified by the test itself, ${broker.kills} kills, ${INSTANCES} instances`
}
