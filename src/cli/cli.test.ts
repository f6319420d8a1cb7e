import assert from 'node:assert/strict'
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { packageVersion } from './package-version.ts'

const chronik = join(import.meta.dirname, '../../bin/chronik')
const root = mkdtempSync(join(tmpdir(), 'chronik-cli-'))
const { CHRONIK_BROKERS: _, ...inherited } = process.env

interface Result {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function launch(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  return spawn(chronik, args, { cwd: root, env: { ...inherited, ...environment } })
}

async function resultOf(child: ChildProcessWithoutNullStreams): Promise<Result> {
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out, err, code: await closed }
}

interface Ready {
  readonly pid: number
  readonly kafka: string
}

/** A server in a process of its own, on free ports. */
class Server {
  readonly child: ChildProcessWithoutNullStreams
  readonly result: Promise<Result>
  readonly readyFile: string
  readonly dataDir: string

  constructor(name: string, ...args: readonly string[]) {
    this.readyFile = join(root, `${name}.json`)
    this.dataDir = join(root, name)
    const free = [
      '--kafka',
      '127.0.0.1:0',
      '--http',
      '127.0.0.1:0',
      '--set',
      'wal.profile=low',
      '--set',
      'log.level=error',
    ]
    this.child = launch([
      'start',
      '--data-dir',
      this.dataDir,
      '--ready-file',
      this.readyFile,
      ...free,
      ...args,
    ])
    this.result = resultOf(this.child)
  }

  async ready(): Promise<Ready> {
    let ended: Result | null = null
    void this.result.then((result) => (ended = result))
    while (!existsSync(this.readyFile)) {
      if (ended !== null) assert.fail(`the server ended: ${JSON.stringify(ended)}`)
      await pause(10)
    }
    // The file's form is what this asks about.
    return JSON.parse(readFileSync(this.readyFile, 'utf8')) as Ready
  }
}

describe('chronik', () => {
  const server = new Server('main')
  let environment: Record<string, string> = {}

  async function run(args: readonly string[], input = ''): Promise<Result> {
    const child = launch(args, environment)
    child.stdin.end(input)
    return resultOf(child)
  }

  async function json(args: readonly string[]): Promise<unknown> {
    const { out, err, code } = await run([...args, '--format', 'json'])
    assert.deepEqual([code, err], [0, ''])
    return JSON.parse(out)
  }

  async function fails(args: readonly string[], code: number, message: RegExp): Promise<void> {
    const result = await run(args)
    assert.deepEqual([result.code, result.out], [code, ''])
    assert.match(result.err, message)
    // One sentence, which tells the program's name first.
    assert.match(result.err, /^chronik: [^\n]+\n$/)
  }

  before(async () => {
    environment = { CHRONIK_BROKERS: (await server.ready()).kafka }
  })
  after(async () => {
    server.child.kill('SIGTERM')
    const { code } = await server.result
    rmSync(root, { recursive: true })
    assert.equal(code, 0)
  })

  it('prints its version', async () => {
    assert.deepEqual(await run(['version']), { code: 0, out: `chronik ${packageVersion}\n`, err: '' })
  })

  it('lists commands, and the options of one', async () => {
    assert.match((await run(['--help'])).out, /start[\s\S]+topic[\s\S]+doctor/)
    assert.match((await run(['topic', 'consume', '--help'])).out, /--offset/)
  })

  for (const [args, message] of [
    [['topc'], /unknown command 'topc'/],
    [['topic', 'list', '--bad'], /unknown option '--bad'/],
    [['topic', 'create', 't', '-p', 'x'], /--partitions x: expected a whole number/],
    [['topic', 'consume', 't', '-o', '5:3'], /the end 3 is not after the start 5/],
    [['topic', 'consume', 't', '-f', '%q'], /%q is no verb/],
    [['topic', 'list', '-X', 'user=me'], /there is no connection setting "user"/],
    [['topic', 'list', '--brokers', 'a:b:c'], /"a:b:c" is no broker address/],
    [['start', '--set', 'wal.snc=os'], /did you mean "wal.sync"/],
    [['start', '--set', 'wal.sync=never'], /commit/],
    [['start', '--config', 'missing.toml'], /missing.toml cannot be read/],
  ] as const) {
    it(`refuses ${args.join(' ')} with exit code 2`, async () => {
      const { code, err } = await run(args)
      assert.equal(code, 2)
      assert.match(err, message)
    })
  }

  it('creates topics and tells of failures one by one', async () => {
    const made = await json(['topic', 'create', 'one', 'two', '-p', '3', '-c', 'retention.ms=1000'])
    assert.deepEqual(made, [
      { topic: 'one', status: 'OK' },
      { topic: 'two', status: 'OK' },
    ])
    const again = await run(['topic', 'create', 'one', 'three'])
    assert.equal(again.code, 1)
    assert.match(again.out, /one +TOPIC_ALREADY_EXISTS/)
    assert.match(again.out, /three +OK/)
    assert.equal((await run(['topic', 'create', 'one', '--if-not-exists'])).code, 0)
    const listed = await run(['topic', 'list'])
    assert.match(listed.out, /^NAME +PARTITIONS +REPLICAS\none +3 +1\n/)
    await json(['topic', 'alter', 'two', '--set', 'retention.ms=2000', '-p', '4'])
    const described = await run(['topic', 'describe', 'two', '-a'])
    assert.match(described.out, /retention.ms +2000 +DYNAMIC_TOPIC_CONFIG/)
    assert.match(described.out, /PARTITIONS {2}4/)
    assert.equal((await run(['topic', 'delete', 't.*', '-r'])).code, 0)
    assert.deepEqual(await json(['topic', 'list', 't.*', '-r']).catch(() => []), [])
  })

  it('writes what it reads from stdin and from files, and reads it back', async () => {
    await run(['topic', 'create', 'lines'])
    const args = [
      'topic',
      'produce',
      'lines',
      '-f',
      '%k %v\\n',
      '-H',
      'a=b',
      '-z',
      'zstd',
      '-o',
      '%p/%o %k\\n',
    ]
    const produced = await run(args, 'k1 v1\nk2 v 2\n')
    assert.deepEqual([produced.code, produced.out], [0, '0/0 k1\n0/1 k2\n'])
    const file = join(root, 'input.txt')
    writeFileSync(file, 'from a file\n')
    assert.equal((await run(['topic', 'produce', 'lines', file, '-o', ''])).code, 0)
    const read = await run(['topic', 'consume', 'lines', '-o', ':end', '-f', '%o %k %v %h{%k=%v}\\n'])
    assert.equal(read.out, '0 k1 v1 a=b\n1 k2 v 2 a=b\n2  from a file \n')
    const asJson = await run(['topic', 'consume', 'lines', '-o', '2:3'])
    const { timestamp, ...rest } = JSON.parse(asJson.out)
    assert.deepEqual(rest, { topic: 'lines', key: null, value: 'from a file', partition: 0, offset: 2 })
    assert.ok(Number.isSafeInteger(timestamp))
    const last = await run(['topic', 'consume', 'lines', '-o', '-1', '-n', '1', '-f', '%v'])
    assert.equal(last.out, 'from a file')
  })

  it('waits for records that come later, until it is told to stop', async () => {
    await run(['topic', 'create', 'live'])
    const child = launch(['topic', 'consume', 'live', '-f', '%v\\n'], environment)
    const result = resultOf(child)
    const first = new Promise((resolve) => child.stdout.once('data', resolve))
    await run(['topic', 'produce', 'live'], 'now\n')
    await first
    child.kill('SIGINT')
    assert.deepEqual(await result, { code: 0, out: 'now\n', err: '' })
  })

  it('consumes as a group, which then can be described, moved and deleted', async () => {
    await run(['topic', 'create', 'work', '-p', '2'])
    await run(['topic', 'produce', 'work', '-p', '1'], 'a\nb\nc\n')
    const consumed = await run(['topic', 'consume', 'work', '-g', 'team', '-n', '2', '-f', '%v\\n'])
    assert.deepEqual([consumed.code, consumed.out], [0, 'a\nb\n'])
    assert.match((await run(['group', 'list'])).out, /team +Empty +classic/)
    const [group] = (await json(['group', 'describe', 'team'])) as [{ totalLag: number }]
    assert.equal(group.totalLag, 1)
    const moved = await json(['group', 'seek', 'team', '--to', 'start'])
    assert.deepEqual(moved, [
      { topic: 'work', partition: 0, priorOffset: null, currentOffset: 0 },
      { topic: 'work', partition: 1, priorOffset: 2, currentOffset: 0 },
    ])
    await fails(['group', 'seek', 'team'], 2, /--to, --to-group, --to-file/)
    assert.equal((await run(['group', 'delete', 'team'])).code, 0)
    await fails(['group', 'describe', 'team'], 1, /group "team" does not exist/)
  })

  it('explains what is not there', async () => {
    await run(['topic', 'create', 'orders'])
    await fails(['topic', 'consume', 'ordres'], 1, /topic "ordres" does not exist; did you mean "orders"\?/)
    await fails(
      ['topic', 'produce', 'xyz'],
      1,
      /topic "xyz" does not exist; create it with ".*chronik topic create xyz"/,
    )
    await fails(
      ['topic', 'list', '--brokers', '127.0.0.1:1'],
      1,
      /no broker answers: nothing listens on 127.0.0.1:1/,
    )
    await fails(['log', 'verify', '--data-dir', root], 1, /is no data directory/)
    await fails(['config', 'describe', 'wal.snc'], 1, /did you mean "wal.sync"/)
  })

  it('shows settings with their sources', async () => {
    const shown = await run(['config', 'print', '--changed', '--set', 'wal.sync=os', '--data-dir', 'x'])
    assert.match(shown.out, /^data.dir +x +flag --data-dir$/m)
    assert.match(shown.out, /^wal.sync +os +flag --set wal.sync=os$/m)
    assert.match((await run(['config', 'describe', 'log.dirs'])).out, /^data.dir\n/)
  })

  it('leaves a directory alone that a running server uses, except for looking at it', async () => {
    await fails(['log', 'verify', '--data-dir', server.dataDir], 1, /a running server uses/)
    await fails(['log', 'repair', '--data-dir', server.dataDir], 1, /a running server uses/)
    assert.equal((await run(['log', 'inspect', '--data-dir', server.dataDir])).code, 0)
    const second = await resultOf(
      launch(['start', '--data-dir', server.dataDir, '--kafka', '127.0.0.1:0', '--http', '127.0.0.1:0']),
    )
    assert.equal(second.code, 1)
    assert.match(second.err, /^chronik: another chronik process is using/m)
  })

  it('says which port is in use', async () => {
    const { kafka } = await server.ready()
    const args = ['start', '--data-dir', join(root, 'busy'), '--kafka', kafka, '--http', '127.0.0.1:0']
    const { code, err } = await run(args)
    assert.equal(code, 1)
    assert.match(err, new RegExp(`^chronik: port ${kafka.split(':')[1]} on 127.0.0.1 is in use`, 'm'))
  })

  it('doctor finds the running server healthy', async () => {
    const { out } = await run([
      'doctor',
      '--data-dir',
      server.dataDir,
      '--kafka',
      environment['CHRONIK_BROKERS'] ?? '',
      '--http',
      '127.0.0.1:0',
    ])
    assert.match(out, /^OK +Broker: /m)
    assert.match(out, /^OK +Advertised address of node 1: /m)
    assert.doesNotMatch(out, /^FAILED/m)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops in order on ${signal}, even when it comes twice at once`, async () => {
      const other = new Server(`stop-${signal}`)
      const { pid } = await other.ready()
      assert.equal(pid, other.child.pid)
      other.child.kill(signal)
      other.child.kill(signal)
      const { code, err } = await other.result
      assert.deepEqual([code, err], [0, 'chronik: stopping; press Ctrl-C again to force it\n'])
      assert.ok(!existsSync(other.readyFile))
      const checked = await run(['log', 'verify', '--data-dir', other.dataDir])
      assert.deepEqual([checked.code, checked.out], [0, ''])
    })
  }
})
