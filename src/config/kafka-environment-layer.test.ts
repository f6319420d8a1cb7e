import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from './config-error.ts'
import { kafkaConfigName } from './kafka-environment-layer.ts'
import { loadConfig } from './load.ts'
import type { ResolvedConfig } from './resolved-config.ts'

function load(environment: Record<string, string>): ResolvedConfig {
  return loadConfig({ machine: { memoryBytes: 2 ** 33 }, environment })
}

function failure(environment: Record<string, string>): string {
  try {
    load(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  return assert.fail('accepted')
}

test('names follow the rules of the Apache image', () => {
  assert.equal(kafkaConfigName('KAFKA_LOG_RETENTION_MS'), 'log.retention.ms')
  assert.equal(kafkaConfigName('KAFKA_A__B___C'), 'a_b-c')
  assert.equal(kafkaConfigName('KAFKA_A____B'), 'a-.b')
})

test('a compose file for the Apache image starts Chronik', () => {
  const config = load({
    CLUSTER_ID: '4L6g3nShT-eMCtK--X86sw',
    KAFKA_NODE_ID: '3',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,DOCKER:PLAINTEXT,HOST:PLAINTEXT',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENERS: 'CONTROLLER://:9093,HOST://:9092,DOCKER://:19092',
    KAFKA_ADVERTISED_LISTENERS: 'DOCKER://broker:19092,HOST://localhost:9092',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '3@broker:9093',
    KAFKA_LOG_DIRS: '/var/lib/kafka/data',
    KAFKA_LOG_RETENTION_HOURS: '24',
    KAFKA_HEAP_OPTS: '-Xmx1g',
    KAFKA_LOG4J_LOGGERS: 'x=DEBUG',
  })
  assert.equal(config.get('cluster.id'), '4L6g3nShT-eMCtK--X86sw')
  assert.equal(config.get('node.id'), 3)
  assert.equal(config.get('data.dir'), '/var/lib/kafka/data')
  assert.deepEqual(config.get('kafka.listen'), { host: '0.0.0.0', port: 9092 })
  assert.deepEqual(config.get('advertise'), { host: 'localhost', port: 9092 })
  assert.equal(config.entries.get('log.retention.hours')?.text, '24')
  assert.deepEqual(config.warnings, [
    'KAFKA_LISTENERS has several client listeners (HOST, DOCKER); Chronik has one and takes HOST on port 9092. Set CHRONIK_KAFKA_LISTEN to choose another',
    'these settings of Kafka have no effect in Chronik: KAFKA_CONTROLLER_QUORUM_VOTERS, KAFKA_PROCESS_ROLES',
  ])
})

test('without listeners the ports come from the advertised ones', () => {
  const config = load({ KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://broker.example:9095' })
  assert.deepEqual(config.get('kafka.listen'), { host: '0.0.0.0', port: 9095 })
  assert.deepEqual(config.get('advertise'), { host: 'broker.example', port: 9095 })
})

test('an SSL listener turns TLS on, and so asks for the certificate', () => {
  assert.match(failure({ KAFKA_LISTENERS: 'SSL://:9092' }), /tls.certificate.file is not set/)
  const config = load({
    KAFKA_LISTENERS: 'SSL://:9092',
    CHRONIK_TLS_CERTIFICATE_FILE: 'c.pem',
    CHRONIK_TLS_KEY_FILE: 'k.pem',
    KAFKA_SSL_CLIENT_AUTH: 'required',
  })
  assert.equal(config.get('tls.enable'), true)
  assert.equal(config.get('tls.client.auth'), 'required')
})

test('a security protocol that cannot be had is an error, never plaintext', () => {
  assert.match(failure({ KAFKA_LISTENERS: 'SASL_SSL://:9092' }), /asks for the security protocol SASL_SSL/)
  const mapped = {
    KAFKA_LISTENERS: 'CLIENT://:9092',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENT:SASL_PLAINTEXT',
  }
  assert.match(failure(mapped), /SASL_PLAINTEXT/)
})

test('broken values are errors', () => {
  assert.match(failure({ KAFKA_LISTENERS: 'localhost:9092' }), /"localhost:9092" is no listener/)
  assert.match(failure({ KAFKA_LOG_DIRS: '/a,/b' }), /several directories \(\/a,\/b\)/)
  assert.match(
    failure({ KAFKA_NUM_PARTITIONS: '0' }),
    /num.partitions \(from KAFKA_NUM_PARTITIONS\): expected at least 1/,
  )
})

test('names that Kafka does not have are told, with the nearest', () => {
  assert.deepEqual(
    load({ KAFKA_LOG_RETENTION_MSS: '1', KAFKA_WAL_SYNC: 'os', CLUSTER_ID: 'other' }).warnings,
    [
      'KAFKA_LOG_RETENTION_MSS is ignored: Kafka has no broker config log.retention.mss; did you mean "log.retention.ms"?',
      "KAFKA_WAL_SYNC is ignored: Kafka has no broker config wal.sync; Chronik's own settings are set with CHRONIK_WAL_SYNC",
    ],
  )
})
