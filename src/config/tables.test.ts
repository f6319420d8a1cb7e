import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokerConfigRows } from './broker-config-rows.ts'
import { brokerProperties } from './broker-properties.ts'
import { environmentName } from './environment-layer.ts'
import { parseKafkaValue } from './kafka-value.ts'
import { knownSettings } from './known-settings.ts'
import { parseValue } from './parse-value.ts'
import { produceProfiles, walProfiles } from './profiles.ts'
import { serverProperties } from './server-properties.ts'
import { topicDefaultProperties } from './topic-defaults.ts'
import { topicProperties, type TopicProperty } from './topic-properties.ts'

/** Our settings with Kafka's name whose default is not Kafka's, with the reason. */
const OWN_DEFAULTS: Readonly<Record<string, string>> = {
  'node.id': 'Kafka has none; one node needs no thought about it',
  'max.connections': 'everything is bounded',
  'queued.max.request.bytes': 'everything is bounded',
}

const topicRows: [string, TopicProperty][] = Object.entries(topicProperties)

test('every default is a value of its row', () => {
  for (const [name, property] of [...knownSettings, ...topicRows]) {
    assert.equal(parseValue(property, property.default).kind, 'value', name)
  }
  for (const property of brokerProperties.values()) {
    if (property.default === null || property.default === '') continue
    const parsed = parseKafkaValue(property.name, property, property.default)
    assert.deepEqual([property.name, parsed.kind], [property.name, 'value'])
  }
  for (const [name, property] of topicRows) {
    if (property.default !== null)
      assert.equal(parseKafkaValue(name, property, property.default).kind, 'value', name)
  }
})

test('every row can be found by its variable and says what it is for', () => {
  const variables = new Set<string>()
  for (const [name, property] of knownSettings) {
    assert.match(name, /^[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)*$/)
    assert.match(property.doc, /^[A-Z].*\.$/, name)
    variables.add(environmentName(name))
  }
  assert.equal(variables.size, knownSettings.size)
})

test('no name of ours begins another one, because TOML could not hold both unquoted', () => {
  const names = [...knownSettings.keys()]
  const clashes = names.filter((name) => names.some((other) => other.startsWith(`${name}.`)))
  assert.deepEqual(clashes, ['max.connections'])
})

const namesOf = (profiles: object): Set<string> => new Set(Object.values(profiles).flatMap(Object.keys))

test('profiles set known settings, right values, and never the same setting', () => {
  for (const preset of [...Object.values(walProfiles), ...Object.values(produceProfiles)]) {
    for (const [name, raw] of Object.entries(preset)) {
      const property = knownSettings.get(name)
      assert.ok(property !== undefined, name)
      assert.equal(parseValue(property, raw).kind, 'value', name)
    }
  }
  assert.ok(namesOf(walProfiles).isDisjointFrom(namesOf(produceProfiles)))
})

test('settings with Kafka’s name have Kafka’s default, and change at run time only where Kafka lets them', () => {
  for (const name of Object.keys(serverProperties)) {
    const kafka = brokerProperties.get(name)
    const property = knownSettings.get(name)
    if (kafka === undefined || property === undefined) continue
    if (property.dynamic === true) assert.notEqual(kafka.update, 'read-only', name)
    const ours = parseValue(property, property.default)
    assert.ok(ours.kind === 'value')
    if (!(name in OWN_DEFAULTS)) assert.deepEqual([name, ours.text], [name, kafka.default])
    else assert.notEqual(ours.text, kafka.default, name)
  }
})

test('the defaults of topic configs are broker configs of Kafka with the same bounds', () => {
  for (const [name, property] of Object.entries(topicDefaultProperties)) {
    const kafka = brokerProperties.get(name)
    const topic: TopicProperty | undefined = topicRows.find(
      ([config]) => config === property.topicConfig,
    )?.[1]
    assert.ok(kafka !== undefined && topic !== undefined, name)
    assert.equal(property.dynamic, kafka.update === 'cluster', name)
    if (property.factor !== 1) continue
    // Kafka gives the broker's variant no bounds where it may also be null; ours has those of the topic config.
    if (kafka.default === null || name === 'log.flush.scheduler.interval.ms') continue
    assert.deepEqual([name, kafka.min, kafka.max, kafka.values], [name, topic.min, topic.max, topic.values])
    assert.deepEqual([name, kafka.default, kafka.kafkaType], [name, topic.default, topic.kafkaType])
  }
})

test('broker configs are sorted, unique and mostly without effect', () => {
  const names = brokerConfigRows.map(([name]) => name)
  assert.deepEqual(names, [...new Set(names)].sort())
  assert.equal(brokerProperties.get('num.io.threads')?.setting, null)
  assert.equal(brokerProperties.get('log.dirs')?.setting, 'data.dir')
  assert.equal(brokerProperties.get('log.retention.hours')?.setting, 'log.retention.hours')
  assert.equal(brokerProperties.get('listeners')?.setting, 'kafka.listen')
  assert.deepEqual(brokerProperties.get('compression.gzip.level')?.also, [-1])
})

test('every alias is a broker config of Kafka', () => {
  for (const [name, property] of knownSettings) {
    for (const alias of property.kafkaAliases ?? [])
      assert.ok(brokerProperties.has(alias), `${name}: ${alias}`)
  }
})
