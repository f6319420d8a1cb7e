import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from './address.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { loadConfig, parseSetFlag, type ConfigLayers } from './load.ts'
import { describeSource } from './resolved-config.ts'

const machine = { memoryBytes: 8 * 2 ** 30 }

function load(layers: Omit<ConfigLayers, 'machine'>): ReturnType<typeof loadConfig> {
  return loadConfig({ machine, ...layers })
}

function problemsOf(layers: Omit<ConfigLayers, 'machine'>): readonly ConfigProblem[] {
  try {
    load(layers)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return assert.fail('the configuration was accepted')
}

const toml = (text: string): { path: string; text: string } => ({ path: 'chronik.toml', text })

test('the default answers when nothing is given, with its type', () => {
  const config = load({})
  const sync: 'commit' | 'interval' | 'os' = config.get('wal.sync')
  const listen: Address = config.get('kafka.listen')
  const advertise: Address | 'auto' = config.get('advertise')
  const rack: string | null = config.get('broker.rack')
  const bytes: number = config.get('wal.file.bytes')
  const enabled: boolean = config.get('tls.enable')
  const components: readonly string[] = config.get('log.components')
  // @ts-expect-error -- A setting without a default may be null.
  const notNull: string = config.get('broker.rack')
  assert.deepEqual(
    [sync, listen, advertise, rack, bytes, enabled, components, notNull],
    ['commit', { host: '127.0.0.1', port: 9092 }, 'auto', null, 2 ** 28, false, [], null],
  )
  // @ts-expect-error -- There is no such setting.
  assert.throws(() => config.get('wal.snyc'))
})

test('each layer wins over the ones below and the source tells which it was', () => {
  const file = toml('[wal]\nsync = "os"\n')
  const environment = { CHRONIK_WAL_SYNC: 'interval' }
  const flags = [parseSetFlag('wal.sync=commit')]
  const steps = [
    [{}, 'commit', 'default'],
    [{ file }, 'os', 'file chronik.toml'],
    [{ file, environment }, 'interval', 'environment CHRONIK_WAL_SYNC'],
    [{ file, environment, flags }, 'commit', 'flag --set wal.sync=commit'],
  ] as const
  for (const [layers, value, source] of steps) {
    const config = load(layers)
    assert.equal(config.get('wal.sync'), value)
    const entry = config.entries.get('wal.sync')
    assert.ok(entry !== undefined)
    assert.equal(describeSource(entry.source), source)
  }
})

test('CHRONIK_* wins over KAFKA_*, which wins over the file', () => {
  const file = toml('"num.partitions" = 2')
  const kafka = { KAFKA_NUM_PARTITIONS: '3' }
  assert.equal(load({ file, environment: kafka }).get('num.partitions'), 3)
  assert.equal(
    load({ file, environment: { ...kafka, CHRONIK_NUM_PARTITIONS: '4' } }).get('num.partitions'),
    4,
  )
})

test('a profile sets what nobody gave explicitly', () => {
  const config = load({ environment: { CHRONIK_WAL_PROFILE: 'ultra', CHRONIK_WAL_LINGER_MS: '3' } })
  assert.equal(config.get('wal.linger.ms'), 3)
  assert.equal(config.get('wal.group.max.bytes'), 32 * 2 ** 20)
  const entry = config.entries.get('wal.group.max.bytes')
  assert.ok(entry !== undefined)
  assert.equal(describeSource(entry.source), 'wal.profile=ultra')
})

test('the automatic profile goes by memory', () => {
  const small = loadConfig({ machine: { memoryBytes: 2 ** 29 } })
  assert.equal(small.get('wal.group.max.bytes'), 2 * 2 ** 20)
  assert.equal(load({}).get('wal.group.max.bytes'), 8 * 2 ** 20)
})

test('unknown names are errors that suggest the nearest one, in every layer', () => {
  const problems = problemsOf({
    file: toml('[wal]\nsnyc = "os"\n[log]\ndirs = "/x"'),
    environment: { CHRONIK_WAL_PROFIL: 'low', PATH: '/bin', CHRONIK_CONFIG: 'x' },
    flags: [parseSetFlag('wal.file.byte=5')],
  })
  assert.deepEqual(
    problems.map((problem) => problem.code),
    ['CONFIG_UNKNOWN_KEY', 'CONFIG_UNKNOWN_KEY', 'CONFIG_UNKNOWN_KEY', 'CONFIG_UNKNOWN_KEY'],
  )
  assert.deepEqual(problems.map((problem) => problem.message).sort(), [
    'the environment variable CHRONIK_WAL_PROFIL names no setting (wal.profil); did you mean CHRONIK_WAL_PROFILE?',
    'unknown setting log.dirs (in chronik.toml); Chronik calls it "data.dir".',
    'unknown setting wal.file.byte (from --set wal.file.byte=5); did you mean "wal.file.bytes"?',
    'unknown setting wal.snyc (in chronik.toml); did you mean "wal.sync"?',
  ])
})

test('a wrong value names key, value, place and what was expected', () => {
  const [problem] = problemsOf({ environment: { CHRONIK_WAL_FILE_BYTES: '10KiB' } })
  assert.deepEqual(problem, {
    code: 'CONFIG_INVALID_VALUE',
    key: 'wal.file.bytes',
    value: '10KiB',
    message:
      'invalid value "10KiB" for wal.file.bytes (from CHRONIK_WAL_FILE_BYTES): expected at least 1048576 bytes.',
  })
})

test('a value that a stronger layer hides is still checked', () => {
  const problems = problemsOf({ file: toml('[wal]\nsync = "x"'), flags: [parseSetFlag('wal.sync=os')] })
  assert.equal(problems.length, 1)
})

test('settings that contradict each other are refused', () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ CHRONIK_TLS_ENABLE: 'true' }, /tls.certificate.file is not set/],
    [{ CHRONIK_TLS_ENABLE: 'true', CHRONIK_TLS_CERTIFICATE_FILE: 'c' }, /tls.key.file is not set/],
    [{ CHRONIK_TLS_CLIENT_AUTH: 'required' }, /tls.enable is false/],
    [{ CHRONIK_GROUP_MIN_SESSION_TIMEOUT_MS: '1h' }, /above group.max.session.timeout.ms \(1800000\)/],
    [{ CHRONIK_SOCKET_REQUEST_MAX_BYTES: '1KiB' }, /socket.first.request.max.bytes is 524288/],
    [{ CHRONIK_CLUSTER_ID: 'short' }, /22 characters/],
    [{ CHRONIK_LOG_COMPONENTS: 'wal=loud' }, /"wal=loud" is not component=level/],
    [{ CHRONIK_DATA_DIR: ' ' }, /data.dir is empty/],
  ]
  for (const [environment, message] of cases) {
    const [problem] = problemsOf({ environment })
    assert.equal(problem?.code, 'CONFIG_CONFLICT')
    assert.match(problem.message, message)
  }
})

test('service links of Kubernetes are no settings', () => {
  const environment = {
    CHRONIK_SERVICE_HOST: '10.0.0.1',
    CHRONIK_SERVICE_PORT: '9092',
    CHRONIK_SERVICE_PORT_KAFKA: '9092',
    CHRONIK_PORT: 'tcp://10.0.0.1:9092',
    CHRONIK_PORT_9092_TCP: 'tcp://10.0.0.1:9092',
    CHRONIK_PORT_9092_TCP_ADDR: '10.0.0.1',
    CHRONIK_HTTP_PORT: 'tcp://10.0.0.1:8080',
    KAFKA_PORT: 'tcp://10.0.0.1:9092',
  }
  assert.deepEqual(load({ environment }).warnings, [])
  assert.equal(problemsOf({ environment: { CHRONIK_PORT: '9092' } })[0]?.code, 'CONFIG_UNKNOWN_KEY')
})

test('--set needs key=value and keeps further equals signs', () => {
  assert.deepEqual(parseSetFlag('log.components=wal=debug'), {
    name: 'log.components',
    raw: 'wal=debug',
    flag: '--set log.components=wal=debug',
  })
  for (const argument of ['wal.sync', '=x', '']) assert.throws(() => parseSetFlag(argument), ConfigError)
})

test('every problem is in the message', () => {
  assert.throws(
    () => load({ environment: { CHRONIK_A_B: '1', CHRONIK_NODE_ID: 'x' } }),
    (error) => {
      assert.ok(error instanceof ConfigError)
      assert.equal(error.message.split('\n').length, 2)
      assert.equal(error.retriable, false)
      return true
    },
  )
})
