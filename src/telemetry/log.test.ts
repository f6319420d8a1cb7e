import assert from 'node:assert/strict'
import { test } from 'node:test'
import { componentLevels, LogSystem, type LogLevels } from './log.ts'
import { prettyLine } from './log-pretty.ts'

interface Line {
  readonly [key: string]: unknown
}

function makeLog(levels: LogLevels): { system: LogSystem; lines: Line[]; counts: string[] } {
  const lines: Line[] = []
  const counts: string[] = []
  const system = new LogSystem({
    ...levels,
    clock: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6), monotonic: () => 0 },
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
    onMessage: (level) => counts.push(level),
  })
  return { system, lines, counts }
}

test('a line is JSON with level, time, component, fields and message', () => {
  const { system, lines } = makeLog({ level: 'info', components: new Map() })
  system.component('wal').info('recovered', { records: 12 })
  assert.deepEqual(lines, [
    { level: 'info', time: '2026-01-02T03:04:05.006Z', component: 'wal', records: 12, message: 'recovered' },
  ])
})

test('levels hold for the whole log and for single components, and can change', () => {
  const { system, lines, counts } = makeLog({
    level: 'warn',
    components: componentLevels(['wal=debug', 'group=silent']),
  })
  const [wal, group, fetch] = [system.component('wal'), system.component('group'), system.component('fetch')]
  wal.debug('a')
  wal.trace('b')
  group.fatal('c')
  fetch.info('d')
  fetch.warn('e')
  assert.deepEqual(
    lines.map((line) => line['message']),
    ['a', 'e'],
  )
  assert.deepEqual(counts, ['debug', 'warn'])
  assert.deepEqual([wal.enabled('debug'), fetch.enabled('debug')], [true, false])
  system.setLevels({ level: 'debug', components: new Map([['wal', 'error']]) })
  wal.debug('f')
  fetch.debug('g')
  system.component('new').debug('h')
  assert.deepEqual(
    lines.map((line) => line['message']),
    ['a', 'e', 'g', 'h'],
  )
})

test('secrets, bytes and long texts do not reach the log', () => {
  const { system, lines } = makeLog({ level: 'info', components: new Map() })
  system.component('security').info('login', {
    user: 'alice',
    password: 'hunter2',
    nested: { saslToken: 'hunter3', list: [{ clientSecret: 'hunter4' }] },
    frame: Buffer.from('hunter5'),
    text: 'x'.repeat(5000),
    offset: 12n,
  })
  const text = JSON.stringify(lines)
  assert.doesNotMatch(text, /hunter/)
  assert.ok(text.length < 3000)
  assert.equal(lines[0]?.['user'], 'alice')
  assert.equal(lines[0]['frame'], '[7 bytes]')
  assert.equal(lines[0]['offset'], '12')
})

test('errors keep type, code, message, stack and cause; cycles end', () => {
  const { system, lines } = makeLog({ level: 'info', components: new Map() })
  const inner = Object.assign(new Error('disk'), { code: 'EIO' })
  const outer = new TypeError('commit', { cause: inner })
  inner.cause = outer
  system.component('wal').error('commit failed', { error: outer })
  const error = lines[0]?.['error']
  assert.ok(typeof error === 'object' && error !== null && 'cause' in error && 'stack' in error)
  assert.equal('message' in error && error.message, 'commit')
  assert.match(JSON.stringify(error.cause), /"type":"Error","message":"disk","code":"EIO"/)
})

test('a field cannot take the place of the line’s own', () => {
  const { system, lines } = makeLog({ level: 'info', components: new Map() })
  system.component('wal').info('real', { message: 'forged', level: 'fatal' })
  assert.deepEqual(
    [lines[0]?.['message'], lines[0]?.['level'], lines[0]?.['message_']],
    ['real', 'info', 'forged'],
  )
})

test('the line for people', () => {
  const json = JSON.stringify({
    level: 'warn',
    time: '2026-01-02T03:04:05.006Z',
    component: 'wal',
    records: 12,
    name: 'a\u001b[2Jb\nc',
    message: 'slow commit',
    error: { type: 'Error', message: 'x', stack: 'Error: x\n    at y', cause: { message: 'disk' } },
  })
  assert.equal(
    prettyLine(json, false),
    [
      String.raw`03:04:05.006Z warn  wal slow commit records=12 name="a\u001b[2Jb\nc"`,
      '    Error: x',
      '        at y',
      '    caused by: disk',
      '',
    ].join('\n'),
  )
  assert.ok(prettyLine(json, true).includes('\u001b[33mwarn \u001b[39m'))
})
