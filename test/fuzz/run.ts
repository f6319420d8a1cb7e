/**
 * Attacks a real server: sound, mutated and random requests of every API and version, damaged record batches, HTTP requests, slow and
 * greedy clients. It must answer or close each connection, serve an honest client all the time, keep its memory and its file
 * descriptors, and have a log that is sound, also after a restart.
 *
 *   npm run test:fuzz -- [--quick] [--count 1000000] [--http 30000] [--seconds N] [--seed 1]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Prng } from '../../src/env/sim/prng.ts'
import { connect, sleep } from '../crash/connect.ts'
import { freePort, ServerProcess } from '../crash/server-process.ts'
import { createTopic } from '../crash/topics-writer.ts'
import { corpus } from './frames.ts'
import { Health, type Sample } from './health.ts'
import {
  impossibleSizes,
  neverReading,
  slowLoris,
  truncated,
  unfilledRequests,
} from './hostile-connections.ts'
import { HttpFuzzer, httpTopic } from './http-fuzzer.ts'
import { KafkaFuzzer } from './kafka-fuzzer.ts'
import { checkLog } from './log-check.ts'
import { fuzzPartitions, fuzzTopic } from './produce-frames.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    count: { type: 'string' },
    http: { type: 'string' },
    seconds: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
})
const count = Number(options.count ?? (options.quick ? 40_000 : 1_000_000))
const httpCount = Number(options.http ?? (options.quick ? 3000 : 40_000))
const deadline = performance.now() + Number(options.seconds) * 1000
const frameTimeoutMs = 2000
/** The answer to an honest client, on a machine that attackers and server share. */
const serveMs = 10_000
const growthBytesMax = 64 << 20
const descriptorGrowthMax = 20

const settings = {
  'wal.file.bytes': 16 << 20,
  'log.cache.bytes': 16 << 20,
  'socket.frame.timeout.ms': frameTimeoutMs,
  'request.timeout.ms': 3000,
  'auto.create.topics.enable': 'false',
  'queued.max.request.bytes': 128 << 20,
  'log.level': 'error',
}

const found: string[] = []
const report = (what: string): void => {
  found.push(what)
  if (found.length <= 20) process.stdout.write(`FOUND ${what}\n`)
}
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const directory = mkdtempSync(join(tmpdir(), 'chronik-fuzz-'))
const dataDirectory = join(directory, 'data')
const port = await freePort(25_000)
const start = async (): Promise<ServerProcess> => {
  const { process: server, ready } = await ServerProcess.start({
    dataDirectory,
    port,
    settings,
    nodeArguments: ['--expose-gc'],
  })
  if (!ready) throw new Error(`the server did not start:\n${server.output}`)
  return server
}

const random = new Prng(`fuzz ${options.seed}`)
let server = await start()
{
  const connection = await connect(port)
  await createTopic(connection, fuzzTopic, fuzzPartitions, {
    'retention.bytes': String(64 << 20),
    'segment.bytes': String(4 << 20),
  })
  await createTopic(connection, httpTopic, 1, {
    'retention.bytes': String(16 << 20),
    'segment.bytes': String(4 << 20),
  })
  connection.close()
}
const health = new Health(server, report)
const watching = health.watch(serveMs)
const frames = corpus()
const over = (): boolean => server.exit !== null || performance.now() > deadline
const fuzzer = (part: number, name: string): KafkaFuzzer =>
  new KafkaFuzzer({
    port,
    corpus: frames,
    count: part,
    connections: 96,
    random: random.fork(name),
    until: over,
    report,
  })

const samples: Sample[] = []
const parts: KafkaFuzzer[] = []
const hostile: string[] = []
const http = new HttpFuzzer(server.httpPort, random.fork('http'), report)
const started = performance.now()

// The first pass brings code, caches and pools to their size; what grows in the second does not stop growing.
for (const share of [0.25, 0.75]) {
  const last = share > 0.5
  hostile.length = 0
  for (let part = 0; part < 5 && !over(); part++) {
    const running = fuzzer(Math.ceil((count * share) / 5), `part ${share} ${part}`)
    parts.push(running)
    await running.run()
    tellProgress()
  }
  if (!over()) await beHostile(last)
  if (!over()) await http.run(http.counts.sent + Math.ceil(httpCount * share), 32, over)
  if (server.exit !== null) break
  await sleep(5000)
  const sample = await health.sample()
  samples.push(sample)
  const { rss, heapUsed, arrayBuffers } = sample.memory
  say(
    `rss ${rss >> 20} MiB, heap ${heapUsed >> 20} MiB, buffers ${arrayBuffers >> 20} MiB, ${sample.descriptors} descriptors after pass ${last ? 2 : 1}`,
  )
}

compareSamples(samples)
health.stop()
await watching

let log = { batches: 0, sound: 0 }
if (server.exit === null) {
  log = await checkLog(port, report)
  server.kill()
  await server.exited
  server = await start()
  const again = await checkLog(port, report)
  if (again.batches < log.batches)
    report(`${log.batches} batches before the restart, ${again.batches} after it`)
  server.stop()
  await server.exited
}
summary()
if (found.length > 0) {
  const artifact = join(directory, 'recent-frames.txt')
  writeFileSync(artifact, parts.at(-1)?.recent.join('\n') ?? '')
  say(`the newest frames are in ${artifact}, the data directory beside it; seed ${options.seed}`)
} else rmSync(directory, { recursive: true })
process.exit(found.length === 0 ? 0 : 1)

function tellProgress(): void {
  const done = parts.reduce((sum, { done }) => sum + done, 0)
  const rate = Math.round((done / (performance.now() - started)) * 1000)
  say(
    `${done} frames, ${rate} a second, honest client at most ${Math.round(health.slowestMs)} ms, ${found.length} findings`,
  )
}

async function beHostile(patient: boolean): Promise<void> {
  const some = frames.filter((_, index) => index % 20 === 0).map(({ bytes }) => bytes)
  hostile.push(await slowLoris(port, 500, frameTimeoutMs, report))
  hostile.push(await impossibleSizes(port, report))
  hostile.push(await unfilledRequests(port, 200))
  hostile.push(await truncated(port, some, random.fork('truncated')))
  hostile.push(await neverReading(port, 20))
  if (patient) hostile.push(await http.slowLoris(100, 75_000))
}

/** Memory and descriptors after the second pass against those after the first. */
function compareSamples([first, second]: readonly Sample[]): void {
  if (first === undefined || second === undefined) return
  const heap = second.memory.heapUsed + second.memory.external - first.memory.heapUsed - first.memory.external
  const rss = second.memory.rss - first.memory.rss
  if (heap > growthBytesMax) report(`the heap grew by ${heap >> 20} MiB`)
  if (rss > 2 * growthBytesMax) report(`the memory of the process grew by ${rss >> 20} MiB`)
  const descriptors = second.descriptors - first.descriptors
  if (descriptors > descriptorGrowthMax) report(`${descriptors} more file descriptors are open`)
}

function summary(): void {
  say(
    `\n${'frames'.padEnd(16)} ${['sent', 'answered', 'closed', 'waiting'].map((title) => title.padStart(10)).join(' ')}`,
  )
  for (const kind of ['sound', 'mutated', 'random', 'damaged batch'] as const) {
    const sum = { sent: 0, answered: 0, refused: 0, waiting: 0 }
    for (const part of parts) {
      const counts = part.counts.get(kind)
      if (counts === undefined) continue
      for (const name of ['sent', 'answered', 'refused', 'waiting'] as const) sum[name] += counts[name]
    }
    say(
      `${kind.padEnd(16)} ${[sum.sent, sum.answered, sum.refused, sum.waiting].map((n) => String(n).padStart(10)).join(' ')}`,
    )
  }
  const { sent, answered, refused, waiting, statuses } = http.counts
  say(
    `${'HTTP'.padEnd(16)} ${[sent, answered, refused, waiting].map((n) => String(n).padStart(10)).join(' ')}`,
  )
  say(
    `HTTP statuses: ${[...statuses]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([status, n]) => `${status} ${n}`)
      .join(', ')}`,
  )
  for (const line of hostile) say(line)
  say(`honest client: ${health.checks} times, slowest ${Math.round(health.slowestMs)} ms`)
  say(
    `log after it, and again after kill -9: ${log.batches} batches, all whole; the records of ${log.sound} can be read, the others are as their producer made them`,
  )
  say(`findings: ${found.length}`)
}
