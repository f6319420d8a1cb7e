/**
 * Records what three clients send and read while the server is killed, restarted and paused, then looks for anomalies in that
 * history. The clients are our own, kafkajs and @platformatic/kafka, so that a mistake of one is not taken for the server's.
 *
 *   npm run test:checker -- [--quick] [--seconds 300] [--seed 1] [--history FILE]
 *
 * Last comes the control, a short run against a server with a planted bug, in which anomalies must be found.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ClusterClient } from '../../src/client/cluster-client.ts'
import { Consumer } from '../../src/client/consumer.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { Prng } from '../../src/env/sim/prng.ts'
import { connect, sleep } from '../crash/connect.ts'
import { freePort, ServerProcess } from '../crash/server-process.ts'
import { createTopic } from '../crash/topics-writer.ts'
import { check } from './check.ts'
import { decodeValue, keyOf } from './history-client.ts'
import { kafkajsClient } from './kafkajs-client.ts'
import { ownClient } from './own-client.ts'
import { platformaticClient } from './platformatic-client.ts'
import { Recorder } from './recorder.ts'
import { consume, produce, type Scene } from './workers.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    history: { type: 'string' },
    /** Plants a bug, which the run must then find: the control. */
    defect: { type: 'string' },
  },
})
const seconds = Number(options.seconds ?? (options.quick ? 25 : 300))
const random = new Prng(`checker ${options.seed}`)
const directory = mkdtempSync(join(tmpdir(), 'chronik-checker-'))
const historyPath = options.history ?? join(directory, 'history.jsonl')
const recorder = new Recorder(historyPath)
const port = await freePort(27_000)
const topics = ['check-a', 'check-b']
const partitions = 3
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const settings = {
  'wal.file.bytes': 1 << 20,
  'wal.group.max.bytes': 512 << 10,
  'log.cache.bytes': 4 << 20,
  'offsets.topic.num.partitions': 3,
  'group.initial.rebalance.delay.ms': 100,
  'log.level': 'error',
}
const startServer = async (): Promise<ServerProcess> => {
  const { process: started, ready } = await ServerProcess.start({
    dataDirectory: join(directory, 'data'),
    port,
    settings,
    ...(options.defect === undefined ? {} : { plan: { defect: 'lazy-wal' } }),
  })
  if (!ready) throw new Error(`the server did not start:\n${started.output}`)
  return started
}
let server = await startServer()
{
  const connection = await connect(port)
  for (const topic of topics)
    await createTopic(connection, topic, partitions, { 'segment.bytes': String(1 << 20) })
  connection.close()
}

const complaints = new Map<string, number>()
const endAt = performance.now() + seconds * 1000
const scene: Scene = {
  port,
  topics,
  partitions,
  recorder,
  random,
  over: () => performance.now() >= endAt,
  complaint: (who, error) => {
    const key =
      `${who.replace(/-\d+$/, '')}: ${error instanceof Error ? error.message : String(error)}`.slice(0, 110)
    complaints.set(key, (complaints.get(key) ?? 0) + 1)
  },
}
const clients = [ownClient, kafkajsClient, platformaticClient]
const workers = clients.flatMap((client) => [
  produce(client, 0, scene),
  produce(client, 1, scene),
  consume(client, 0, scene),
  consume(client, 1, scene),
])
const faults = { kills: 0, pauses: 0 }
await disturb()
await Promise.all(workers)
await readToTheEnd()
recorder.flush()
server.stop()
await server.exited

const history = recorder.operations
const started = performance.now()
const { anomalies, forbidden } = check(history)
const count = (f: string, type: string): number =>
  history.filter((operation) => operation.f === f && operation.type === type).length
say(
  `operations ${history.length}: sends ${count('send', 'ok')} acknowledged and ${count('send', 'info')} unknown, polls ${count('poll', 'ok')}, new positions or clients ${count('assign', 'ok') + count('subscribe', 'ok') + count('crash', 'ok')}`,
)
say(
  `faults: ${faults.kills} kill -9 with restart, ${faults.pauses} pauses; checked in ${Math.round(performance.now() - started)} ms`,
)
for (const [name, found] of anomalies) {
  say(
    `${name.padEnd(24)} ${String(found.length).padStart(8)}${forbidden.includes(name) ? '  FORBIDDEN' : ''}`,
  )
  if (forbidden.includes(name)) for (const { key, detail } of found.slice(0, 10)) say(`    ${key}: ${detail}`)
}
for (const [complaint, times] of [...complaints].toSorted((a, b) => b[1] - a[1]).slice(0, 12))
  say(`  ${times} x ${complaint}`)
if (forbidden.length === 0 && options.history === undefined) rmSync(directory, { recursive: true })
else say(`history: ${historyPath}; seed ${options.seed}`)
process.exit(forbidden.length === 0 && controlFinds() ? 0 : 1)

/** A server whose WAL holds its last write back loses acknowledged values when it is killed. */
function controlFinds(): boolean {
  if (options.defect !== undefined) return true
  const run = spawnSync(process.execPath, [import.meta.filename, '--seconds', '15', '--defect', 'lazy-wal'], {
    encoding: 'utf8',
  })
  const names = [...run.stdout.matchAll(/^(\S+) +\d+ {2}FORBIDDEN$/gm)].map(([, name]) => name)
  const refused = /the server did not start/.test(run.stderr)
  const found = names.length > 0 || refused
  if (found)
    say(
      `control: a WAL that holds its last write back was found out (${refused ? 'it did not recover' : names.join(', ')})`,
    )
  else say(`control: A WAL THAT HOLDS ITS LAST WRITE BACK WAS NOT FOUND OUT:\n${run.stdout}${run.stderr}`)
  return found
}

/** Kills and pauses the server until the load is over; leaves it running. */
async function disturb(): Promise<void> {
  while (!scene.over()) {
    // The planted bug shows at a kill and nowhere else, so the control, which is short, has many.
    const control = options.defect !== undefined
    await sleep(control ? 500 + random.below(1000) : 1500 + random.below(3500))
    if (control || random.chance(0.6)) {
      server.kill()
      await server.exited
      faults.kills += 1
      if (random.chance(0.5)) await sleep(random.below(1500))
      server = await startServer()
    } else {
      server.pause()
      faults.pauses += 1
      await sleep(200 + random.below(5000))
      server.resume()
    }
  }
}

/** A last reader that takes everything from the beginning: what it does not see is not there. */
async function readToTheEnd(): Promise<void> {
  const client = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port }])
  await using _ = client
  for (const topic of topics) {
    for (let partition = 0; partition < partitions; partition++) {
      const consumer = new Consumer(client, { maxWaitMs: 100 })
      consumer.seek(topic, partition, 0)
      const name = `final-${keyOf(topic, partition)}`
      const delivery = recorder.delivery(name, (error) => {
        throw error
      })
      for (;;) {
        const { records, positions } = await consumer.poll()
        delivery.read(
          records.map(({ offset, value }) => ({
            key: keyOf(topic, partition),
            offset,
            value: decodeValue(value),
          })),
        )
        const [position] = positions
        if (position !== undefined && position.offset >= position.endOffset) break
      }
    }
  }
}
