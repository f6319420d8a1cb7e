/**
 * The promise of search: a record that was acknowledged is found by the next search, whatever happens in between, and nothing is
 * found that is not in the log. Several writers search for each record right after its acknowledgement, while the server is killed
 * and started again; in the end everything that can be read is compared with everything that is found, indexes that were made again
 * from the log with those that were there, and deleted records must be gone.
 *
 *   npm run test:search -- [--seconds 30] [--kills 4] [--writers 4] [--seed 1] [--keep]
 *   npm run test:search -- --records 100000 --writers 8 --kills 20
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ClusterClient } from '../../src/client/cluster-client.ts'
import { createTopics } from '../../src/client/topic-admin.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { Prng } from '../../src/env/sim/prng.ts'
import { sleep } from '../crash/connect.ts'
import { freePort, ServerProcess } from '../crash/server-process.ts'
import { answersOf, compareWithLog } from './final-checks.ts'
import { PromiseLedger } from './promise-ledger.ts'
import { PromiseWriter } from './promise-writer.ts'
import { SearchClient } from './search-client.ts'

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    /** Acknowledged records after which it ends, instead of a time. */
    records: { type: 'string', default: '0' },
    kills: { type: 'string', default: '4' },
    writers: { type: 'string', default: '4' },
    workers: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
})
const topic = 'promise'
const kills = Number(options.kills)
const random = new Prng(`search ${options.seed}`)
const directory = mkdtempSync(join(tmpdir(), 'chronik-search-'))
const port = await freePort(22_000)
const ledger = new PromiseLedger()
let api: SearchClient | null = null

async function start(): Promise<ServerProcess> {
  const settings = {
    // Small files, so that sealing and merging happen all the time.
    'search.segment.bytes': 65_536,
    'search.workers': options.workers,
    'log.level': 'warn',
  }
  const { process: server, ready } = await ServerProcess.start({ dataDirectory: directory, port, settings })
  if (!ready) throw new Error(`the server did not start:\n${server.output}`)
  api = new SearchClient(server.httpPort)
  return server
}

async function restart(
  server: ServerProcess,
  how: 'kill' | 'stop',
  between: () => void = () => {},
): Promise<ServerProcess> {
  api = null
  server[how]()
  await server.exited
  for (const line of server.output.split('\n').filter((text) => /"level":"(?:error|fatal)"/.test(text)))
    ledger.report(`the server wrote: ${line}`)
  between()
  return await start()
}

/** What the last life left unchecked, and some of everything. */
async function recheck(client: SearchClient): Promise<void> {
  const all = [...ledger.sent.values()]
  const some = Array.from({ length: 50 }, () => all[random.below(all.length)])
  const left = [...ledger.unchecked].slice(-500).map((token) => ledger.sent.get(token))
  for (const entry of [...left, ...some]) {
    if (entry === undefined) continue
    const answer = await client.search({
      topics: [topic],
      query: { term: { token: entry.token } },
      timeout: '60s',
    })
    ledger.checkToken(entry, answer.hits, answer.complete)
  }
}

function client(): SearchClient {
  if (api === null) throw new Error('there is no server')
  return api
}

/** Waits for the part of the run that ends with a kill; all but the last are longer or shorter by the given factor. */
async function part(index: number, factor: number): Promise<void> {
  const records = Number(options.records)
  if (records === 0) return await sleep((factor * Number(options.seconds) * 1000) / (kills + 1))
  const share = index === kills ? records : (records * (index + factor)) / (kills + 1)
  while (ledger.acknowledged < share && ledger.findings.length === 0) await sleep(50)
}

let server = await start()
{
  await using cluster = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port }])
  const configs = { 'internal.segment.bytes': '262144' }
  await createTopics(cluster, [{ name: topic, partitions: 3, replicationFactor: 1, configs }])
}
const writers = Array.from(
  { length: Number(options.writers) },
  (_, index) =>
    new PromiseWriter({
      name: `${'abcdefghij'[index % 10]}${index}`,
      topic,
      kafkaPort: port,
      random: random.fork(`writer ${index}`),
      ledger,
      api: () => api,
    }),
)
const running = Promise.all(writers.map((writer) => writer.run()))
for (let kill = 0; kill <= kills; kill++) {
  await part(kill, 0.5 + random.below(1000) / 1000)
  process.stdout.write(
    `${ledger.acknowledged} acknowledged, ${ledger.searches} searched for, ${kill} kills, ${ledger.findings.length} findings\n`,
  )
  if (kill === kills || ledger.findings.length > 0) break
  server = await restart(server, 'kill')
  await recheck(client())
}
for (const writer of writers) writer.stop()
await running
await recheck(client())
const records = await compareWithLog(client(), topic, ledger)

const before = await answersOf(client(), topic)
const compareAnswers = async (when: string): Promise<void> => {
  for (const [index, answer] of (await answersOf(client(), topic)).entries())
    if (answer !== before[index])
      ledger.report(`query ${index} is answered otherwise ${when}:\n  ${before[index]}\n  ${answer}`)
}
server = await restart(server, 'stop')
await compareAnswers('after a stop and a start')
await client().rebuild([topic])
await compareAnswers('after a rebuild')
server = await restart(server, 'stop', () => {
  const indexes = join(directory, 'search')
  if (!existsSync(indexes)) ledger.report('an orderly stop left no index files')
  rmSync(indexes, { recursive: true, force: true })
})
await compareAnswers('by indexes that were made from nothing')
await deleteRecords()
await compareWithLog(client(), topic, ledger)
server.stop()
await server.exited
if (!options.keep) rmSync(directory, { recursive: true, force: true })

async function deleteRecords(): Promise<void> {
  await using cluster = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port }])
  const middle = [...ledger.sent.values()].filter(({ place }) => place?.partition === 0 && place.offset >= 0)
  const offset = middle[middle.length >> 1]?.place?.offset ?? 0
  const { leader } = (await cluster.topic(topic)).partitions[0] ?? { leader: -1 }
  await cluster.node(leader, 'DeleteRecords', {
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset }] }],
    timeoutMs: 30_000,
  })
}

process.stdout.write(
  `${records} records, ${ledger.acknowledged} acknowledged, ${ledger.searches} searched for\n`,
)
for (const finding of ledger.findings) process.stdout.write(`${finding}\n`)
process.stdout.write(ledger.findings.length === 0 ? 'sound: no miss, no phantom\n' : 'NOT SOUND\n')
process.exitCode = ledger.findings.length === 0 ? 0 : 1
