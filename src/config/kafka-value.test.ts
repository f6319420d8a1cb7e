import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDouble, parseKafkaValue, type KafkaDomain } from './kafka-value.ts'

function message(domain: KafkaDomain, raw: string): string {
  const parsed = parseKafkaValue('x', domain, raw)
  return parsed.kind === 'problem' ? parsed.message : `value ${parsed.text}`
}

test('error texts are those of Kafka’s ConfigDef', () => {
  const cases: [KafkaDomain, string, string][] = [
    [{ kafkaType: 'long', min: -1 }, '-5', 'Invalid value -5 for configuration x: Value must be at least -1'],
    [
      { kafkaType: 'int', min: 1, max: 17 },
      '18',
      'Invalid value 18 for configuration x: Value must be no more than 17',
    ],
    [
      { kafkaType: 'int', min: 1, max: 9, also: [-1] },
      '10',
      'Invalid value 10 for configuration x: Value must be between 1 and 9 or equal to -1',
    ],
    [{ kafkaType: 'int' }, '7d', 'Invalid value 7d for configuration x: Not a number of type INT'],
    [
      { kafkaType: 'int' },
      '2147483648',
      'Invalid value 2147483648 for configuration x: Not a number of type INT',
    ],
    [{ kafkaType: 'short' }, '32768', 'Invalid value 32768 for configuration x: Not a number of type SHORT'],
    [{ kafkaType: 'double' }, 'much', 'Invalid value much for configuration x: Not a number of type DOUBLE'],
    [
      { kafkaType: 'boolean' },
      'yes',
      'Invalid value yes for configuration x: Expected value to be either true or false',
    ],
    [
      { kafkaType: 'list', values: ['compact', 'delete'] },
      'compact,x',
      'Invalid value x for configuration x: String must be one of: compact, delete',
    ],
    [
      { kafkaType: 'string', values: ['UPGRADE'], anyCase: true },
      'no',
      'Invalid value no for configuration x: String must be one of (case insensitive): UPGRADE',
    ],
    [{ kafkaType: 'list' }, 'a,a', "Configuration 'x' values must not be duplicated."],
    [{ kafkaType: 'list' }, 'a,,b', "Configuration 'x' values must not be empty."],
  ]
  for (const [domain, raw, expected] of cases) assert.equal(message(domain, raw), expected)
})

test('values are kept in Kafka’s notation', () => {
  const cases: [KafkaDomain, string, string][] = [
    [{ kafkaType: 'long' }, ' +9223372036854775807 ', 'value 9223372036854775807'],
    [{ kafkaType: 'long' }, '-9223372036854775808', 'value -9223372036854775808'],
    [{ kafkaType: 'boolean' }, 'True', 'value true'],
    [{ kafkaType: 'list' }, ' a , b', 'value a,b'],
    [{ kafkaType: 'list' }, '', 'value '],
    [{ kafkaType: 'double' }, '1', 'value 1.0'],
    [{ kafkaType: 'string', values: ['UPGRADE'], anyCase: true }, 'upgrade', 'value upgrade'],
    [{ kafkaType: 'int', min: 1, max: 9, also: [-1] }, '-1', 'value -1'],
  ]
  for (const [domain, raw, expected] of cases) assert.equal(message(domain, raw), expected)
})

test('doubles look as Java writes them', () => {
  const cases: [number, string][] = [
    [0, '0.0'],
    [0.5, '0.5'],
    [100, '100.0'],
    [1e7, '1.0E7'],
    [12_345_678, '1.2345678E7'],
    [0.0001, '1.0E-4'],
    [-0.001, '-0.001'],
    [Number.MAX_VALUE, '1.7976931348623157E308'],
  ]
  for (const [value, expected] of cases) assert.equal(formatDouble(value), expected)
})
