import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrokerUnderTest } from './broker-under-test.ts'
import { JavaProgram } from './java-program.ts'
import { releases, toolsClassPath, type Release } from './jars.ts'
import type { Context, Scenario } from './scenario.ts'
import { VerifiableLedger } from './verifiable-ledger.ts'
import { until } from './wait.ts'

const TOPIC = 'verifiable'
const PARTITIONS = 4
const MEMBERS = 2
const READ_MS = 180_000
const SEND_MS = 120_000

interface Mode {
  readonly release: Release
  readonly groupProtocol: 'classic' | 'consumer'
  /** The tool sends without retries unless it is told to; then nothing may fail, whatever the broker does. */
  readonly idempotent: boolean
}

/** A line that one of the programs prints. */
interface Event {
  readonly name: string
  readonly partition: number
  readonly offset: number
  readonly value: string
  /** How many values were given to the client. */
  readonly sent: number
}

const modes: readonly Mode[] = [
  { release: releases['4.4'], groupProtocol: 'classic', idempotent: false },
  { release: releases['4.4'], groupProtocol: 'consumer', idempotent: true },
  { release: releases['2.1'], groupProtocol: 'classic', idempotent: true },
]

export const verifiable: Scenario = {
  name: 'verifiable',
  about:
    'VerifiableProducer and two VerifiableConsumers while the broker is killed: every acknowledged value is read where it was said to be, once',
  cases: modes.map((mode) => ({
    name: `clients ${mode.release.clients}, ${mode.groupProtocol}${mode.idempotent ? ', idempotent' : ', no retries'}`,
    run: (context) => produceAndConsume(context, mode),
  })),
}

async function produceAndConsume(context: Context, mode: Mode): Promise<string> {
  const [total, perSecond, kills] = context.quick ? [10_000, 2000, 2] : [200_000, 5000, 10]
  const classPath = await toolsClassPath(mode.release)
  const ledger = new VerifiableLedger()
  await using resources = new AsyncDisposableStack()
  const broker = resources.use(await BrokerUnderTest.start(context.system, context.folder))
  await broker.createTopic(TOPIC, PARTITIONS)
  const members = Array.from({ length: MEMBERS }, () =>
    resources.use(startConsumer(classPath, broker.address, mode, ledger)),
  )
  const producer = resources.use(
    startProducer(classPath, broker.address, mode, ledger, perSecond, context.folder),
  )
  const sent = async (count: number): Promise<void> => {
    await until(
      () => sentOf(ledger) >= count || !producer.isRunning,
      SEND_MS,
      () => producer.failure(`sent ${sentOf(ledger)} values, not ${count}`),
    )
    if (!producer.isRunning) throw producer.failure(`ended after ${sentOf(ledger)} values`)
  }
  for (let kill = 1; kill <= kills; kill++) {
    await sent((total * kill) / (kills + 1))
    context.say(`kill ${kill} of ${kills}`)
    await broker.killAndRestart()
  }
  await sent(total)
  await producer.stop()
  await until(
    () => ledger.isComplete || members.some((member) => !member.isRunning),
    READ_MS,
    () => members[0]!.failure(`and the others read ${ledger.counts.read} of ${ledger.counts.acked} values`),
  )
  for (const member of members) if (!member.isRunning) throw member.failure('ended')
  for (const member of members) await member.stop()
  return verdict(ledger, mode, broker.kills)
}

function verdict(ledger: VerifiableLedger, mode: Mode, kills: number): string {
  const { acked, failed, read, readAgain, sent } = ledger.counts
  const problems = ledger.problems()
  if (acked + failed !== sent) problems.push(`${acked} acknowledged and ${failed} failed are not ${sent}`)
  if (mode.idempotent && failed > 0) problems.push(`${failed} values failed in spite of retries`)
  // Without retries, what waits for a broker that is down is lost to the client: most, when kills are close together.
  if (acked < sent / 10) problems.push(`only ${acked} of ${sent} values were acknowledged`)
  if (problems.length > 0) throw new Error(`${problems.length} problems: ${problems.slice(0, 10).join('; ')}`)
  return `${acked} acknowledged, ${failed} failed, ${read} read, ${readAgain} read again, ${kills} kills`
}

function sentOf(ledger: VerifiableLedger): number {
  return ledger.counts.acked + ledger.counts.failed
}

function startProducer(
  classPath: string,
  address: string,
  mode: Mode,
  ledger: VerifiableLedger,
  perSecond: number,
  folder: string,
): JavaProgram {
  const config = join(folder, 'producer.properties')
  writeFileSync(
    config,
    mode.idempotent
      ? 'enable.idempotence=true\nretries=2147483647\nacks=all\ndelivery.timeout.ms=300000\n'
      : '',
  )
  return new JavaProgram({
    classPath,
    mainClass: 'org.apache.kafka.tools.VerifiableProducer',
    args: [
      ...connection(mode.release, address),
      '--topic',
      TOPIC,
      '--throughput',
      String(perSecond),
      '--producer.config',
      config,
    ],
    onLine: (line) => {
      const event = eventOf(line)
      if (event?.name === 'producer_send_success') ledger.acked(event.value, event)
      if (event?.name === 'producer_send_error') ledger.failed(event.value)
      if (event?.name === 'tool_data') ledger.ended(event.sent)
    },
  })
}

function startConsumer(
  classPath: string,
  address: string,
  mode: Mode,
  ledger: VerifiableLedger,
): JavaProgram {
  const group = ['--group-id', 'verifiable-group']
  const protocol = mode.release.name === '4.4' ? ['--group-protocol', mode.groupProtocol] : []
  // A short session for classic members; the consumer protocol's is the broker's.
  const session = mode.groupProtocol === 'classic' ? ['--session-timeout', '10000'] : []
  return new JavaProgram({
    classPath,
    mainClass: 'org.apache.kafka.tools.VerifiableConsumer',
    args: [
      ...connection(mode.release, address),
      '--topic',
      TOPIC,
      '--verbose',
      ...group,
      ...protocol,
      ...session,
    ],
    onLine: (line) => {
      const event = eventOf(line)
      if (event?.name === 'record_data') ledger.read(event.value, event)
    },
  })
}

/** The option was renamed in 2.5. */
function connection(release: Release, address: string): readonly string[] {
  return [release.name === '2.1' ? '--broker-list' : '--bootstrap-server', address]
}

function eventOf(line: string): Event | null {
  return line.startsWith('{') ? (JSON.parse(line) as Event) : null
}
