/** The scenarios with kcat (librdkafka). Arguments: bootstrap server, prefix of all topic and group names. */
import assert from 'node:assert/strict'
import { runCommandScenarios, succeed } from './command-scenarios.ts'

const [bootstrap = '', prefix = ''] = process.argv.slice(2)
const RECORDS = 200

/** Keys and values without a tab or a line break, which separate them on kcat's input and output. */
const lines = Array.from({ length: RECORDS }, (_, i) => `key-${i}\t${`value ${i} äöü `.repeat(i % 40)}end`)

const kcat = (args: readonly string[], input?: string): Promise<string> =>
  succeed('kcat', ['-b', bootstrap, ...args], input)

function produce(topic: string, args: readonly string[], from = 0, to = RECORDS): Promise<string> {
  return kcat(
    ['-P', '-t', topic, '-p', '0', '-K', '\t', '-H', 'n=1', ...args],
    `${lines.slice(from, to).join('\n')}\n`,
  )
}

async function roundTrip(name: string, args: readonly string[]): Promise<void> {
  const topic = `${prefix}-${name}`
  await produce(topic, args)
  const read = await kcat([
    '-C',
    '-e',
    '-q',
    '-t',
    topic,
    '-o',
    'beginning',
    '-X',
    'check.crcs=true',
    '-f',
    '%o|%h|%k\t%s\n',
  ])
  assert.deepEqual(
    read.trimEnd().split('\n'),
    lines.map((line, i) => `${i}|n=1|${line}`),
  )
}

async function topics(): Promise<void> {
  const topic = `${prefix}-topics`
  await produce(topic, [])
  const metadata = await kcat(['-L', '-t', topic])
  assert.match(metadata, new RegExp(`topic "${topic}" with \\d+ partitions`))
  assert.match(await kcat(['-L']), new RegExp(`topic "${topic}"`))
}

async function seek(): Promise<void> {
  const topic = `${prefix}-seek`
  await produce(topic, ['-z', 'lz4'])
  const from = async (offset: string): Promise<string> =>
    await kcat(['-C', '-c', '1', '-e', '-q', '-t', topic, '-p', '0', '-o', offset, '-f', '%o'])
  assert.equal(await from('10'), '10')
  assert.equal(await from('-5'), '195')
  const timestamp = await kcat(['-C', '-c', '1', '-e', '-q', '-t', topic, '-p', '0', '-o', '0', '-f', '%T'])
  assert.match(await kcat(['-Q', '-t', `${topic}:0:${timestamp}`]), /offset 0\b/)
  assert.match(await kcat(['-Q', '-t', `${topic}:0:-1`]), new RegExp(`offset ${RECORDS}\\b`))
}

/** With -G kcat subscribes, and commits what it printed when it ends. */
async function commitAndResume(): Promise<void> {
  const topic = `${prefix}-commit`
  await produce(topic, [])
  const member = (count: number): Promise<string> =>
    kcat([
      '-G',
      `${topic}-group`,
      '-q',
      '-c',
      String(count),
      '-X',
      'auto.offset.reset=earliest',
      '-f',
      '%k\t%s\n',
      topic,
    ])
  const first = await member(RECORDS / 2)
  const second = await member(RECORDS / 2)
  assert.deepEqual(`${first}${second}`.trimEnd().split('\n'), lines)
}

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
await runCommandScenarios({
  topics,
  ...Object.fromEntries(
    codecs.map((codec) => [`codec-${codec}`, () => roundTrip(`codec-${codec}`, ['-z', codec])]),
  ),
  ...Object.fromEntries(
    ['0', '1', 'all'].map((acks) => [
      `acks-${acks}`,
      () => roundTrip(`acks-${acks}`, ['-X', `acks=${acks}`]),
    ]),
  ),
  idempotent: () => roundTrip('idempotent', ['-X', 'enable.idempotence=true']),
  seek,
  'commit-resume': commitAndResume,
})
