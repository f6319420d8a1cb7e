import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectiveConfig, validateBrokerConfigs } from './broker-layers.ts'
import { loadConfig } from './load.ts'
import { describeSource } from './resolved-config.ts'

const config = loadConfig({ machine: { memoryBytes: 2 ** 33 } })

test('dynamic values are in force, those for this broker first', () => {
  const cluster = { 'max.connections': '50', 'max.connections.per.ip': '5' }
  const effective = effectiveConfig({ config, cluster, broker: { 'max.connections': '60' } })
  assert.equal(effective.get('max.connections'), 60)
  assert.equal(effective.get('max.connections.per.ip'), 5)
  assert.equal(effective.get('node.id'), 1)
  const source = effective.entries.get('max.connections.per.ip')?.source
  assert.ok(source !== undefined)
  assert.equal(describeSource(source), 'set for all brokers')
  assert.equal(config.get('max.connections'), 10_000)
})

test('what cannot change at run time does not, and a bad stored value is told', () => {
  const broker = { 'node.id': '9', 'max.connections': 'many' }
  const effective = effectiveConfig({ config, cluster: {}, broker })
  assert.equal(effective.get('node.id'), 1)
  assert.equal(effective.get('max.connections'), 10_000)
  assert.deepEqual(effective.warnings, [
    'the stored broker config max.connections=many is ignored: expected a whole number',
  ])
})

test('broker configs to be set are checked', () => {
  const cases: [Record<string, string>, 'cluster' | 'broker', string | null][] = [
    [{ 'log.retention.ms': '1000', 'num.io.threads': '4' }, 'cluster', null],
    [{ 'node.id': '2' }, 'broker', 'Cannot update these configs dynamically: [node.id]'],
    [
      { 'log.retention.hours': '2' },
      'cluster',
      'Cannot update these configs dynamically: [log.retention.hours]',
    ],
    [
      { 'ssl.cipher.suites': 'x' },
      'cluster',
      'Cannot update these configs at default cluster level, broker id must be specified: [ssl.cipher.suites]',
    ],
    [{ 'ssl.cipher.suites': 'x' }, 'broker', null],
    [
      { 'message.max.bytes': '-1' },
      'cluster',
      'Invalid value -1 for configuration message.max.bytes: Value must be at least 0',
    ],
    [
      { 'max.connections': '0' },
      'broker',
      'Invalid value 0 for configuration max.connections: expected at least 1',
    ],
    [{ 'log.rol.ms': '1' }, 'broker', 'Unknown broker config name: log.rol.ms; did you mean "log.roll.ms"?'],
  ]
  for (const [configs, scope, expected] of cases)
    assert.equal(validateBrokerConfigs(configs, scope), expected)
})
