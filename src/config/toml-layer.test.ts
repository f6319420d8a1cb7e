import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTomlLayer } from './toml-layer.ts'

function read(text: string, environment = {}): Record<string, string> {
  const { inputs, problems } = readTomlLayer({ path: 'c.toml', text }, environment)
  assert.deepEqual(problems, [])
  return Object.fromEntries(inputs.map((input) => [input.name, input.raw]))
}

function problem(text: string): string {
  const { problems } = readTomlLayer({ path: 'c.toml', text }, {})
  assert.equal(problems.length, 1)
  return problems[0]?.message ?? ''
}

test('tables become dotted names and scalars become text', () => {
  const text = [
    '"max.connections" = 5',
    'max.connections.per.ip = 2',
    '[wal]',
    'sync = "os"',
    'flush.interval.ms = 250',
    '[wal.file]',
    'bytes = 9223372036854775807',
    '[log]',
    'cleaner.enable = false',
    'cleanup.policy = ["compact", "delete"]',
    'cleaner.min.cleanable.ratio = 0.25',
  ].join('\n')
  assert.deepEqual(read(text), {
    'max.connections': '5',
    'max.connections.per.ip': '2',
    'wal.sync': 'os',
    'wal.flush.interval.ms': '250',
    'wal.file.bytes': '9223372036854775807',
    'log.cleaner.enable': 'false',
    'log.cleanup.policy': 'compact,delete',
    'log.cleaner.min.cleanable.ratio': '0.25',
  })
})

test('strings take environment variables', () => {
  assert.deepEqual(read('data.dir = "${BASE}/x"', { BASE: '/srv' }), { 'data.dir': '/srv/x' })
  assert.match(
    problem('data.dir = "${BASE}"'),
    /data.dir \(in c.toml\): the environment variable BASE is not set/,
  )
})

test('broken files say where', () => {
  assert.match(problem('a = 1\nb = = 2'), /^c\.toml line 2, column \d+: /)
  assert.match(
    problem('max.connections = 5\nmax.connections.per.ip = 2'),
    /must stand in quotes: "max\.connections"/,
  )
})

test('values of other kinds are refused', () => {
  assert.match(problem('a = 1979-05-27'), /expected a string, a number/)
  assert.match(problem('a = [[1]]'), /expected a string, a number/)
  assert.match(problem('a = ["x,y"]'), /must not contain a comma/)
})
