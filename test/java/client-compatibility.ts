import type { SystemName } from '../../bench/brokers/broker.ts'
import { BrokerUnderTest } from './broker-under-test.ts'
import { runJava } from './java-program.ts'
import { releases, toolsClassPath, type Release } from './jars.ts'
import type { Context, Scenario } from './scenario.ts'

const MAIN_CLASS = 'org.apache.kafka.tools.ClientCompatibilityTest'
const TIMEOUT_MS = 60_000
/** The logger tells feature by feature what the broker could do. */
const FLAGS = [`-Dorg.slf4j.simpleLogger.log.${MAIN_CLASS}=info`]

/** What only the peer does: access control lists. All else must be the same on both. */
const onlyOnKafka = ['describeAclsSupported']

/** Each version's own test of what its clients can do with a broker, on ours and on Apache Kafka. */
export const clientCompatibility: Scenario = {
  name: 'client-compatibility',
  about:
    'ClientCompatibilityTest: admin, idempotent producer, records larger than a fetch, offsets by time, on both brokers',
  cases: Object.values(releases).map((release) => ({
    name: `clients ${release.clients}`,
    run: (context) => compare(context, release),
  })),
}

async function compare(context: Context, release: Release): Promise<string> {
  const classPath = await toolsClassPath(release)
  const [ours = [], theirs = []] = await Promise.all(
    (['chronik', 'kafka'] as const).map((system) => features(context, system, release, classPath)),
  )
  const expected = theirs.filter((feature) => !onlyOnKafka.includes(feature))
  if (ours.join() !== expected.join())
    throw new Error(`it used ${ours.join(', ') || 'nothing'}; on Apache Kafka ${theirs.join(', ')}`)
  return `${ours.length} features here, ${theirs.length} on Apache Kafka; produce and consume checked`
}

/** The optional features that it used with success. */
async function features(
  context: Context,
  system: SystemName,
  release: Release,
  classPath: string,
): Promise<string[]> {
  await using broker = await BrokerUnderTest.start(system, context.folder)
  await broker.createTopic('test-topic', 1)
  const expectations = {
    'offsets-for-times-supported': true,
    'cluster-id-supported': true,
    'expect-record-too-large-exception': false,
    'num-cluster-nodes': 1,
    'create-topics-supported': true,
    'describe-acls-supported': system === 'kafka',
    // The older tests do not ask for these.
    ...(release.name === '2.1' ? {} : { 'describe-configs-supported': true }),
    ...(release.name < '3' ? {} : { 'idempotent-producer-supported': true }),
  }
  const args = Object.entries(expectations).flatMap(([name, value]) => [`--${name}`, String(value)])
  const printed = await runJava(
    {
      classPath,
      mainClass: MAIN_CLASS,
      args: ['--bootstrap-server', broker.address, '--topic', 'test-topic', ...args],
      flags: [...FLAGS, '-Dorg.slf4j.simpleLogger.logFile=System.out'],
    },
    TIMEOUT_MS,
  )
  if (!printed.includes('SUCCESS.')) throw new Error(`it printed ${printed.slice(-5).join(' | ')}`)
  return printed.flatMap((line) => /Successfully used feature (\w+)/.exec(line)?.[1] ?? []).toSorted()
}
