import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { describeClusterHandler } from './60-describe-cluster.ts'

test('the cluster is described with the address that the client reached', async () => {
  await using server = await openTestBroker()
  for (let version = 0; version <= 2; version++) {
    const cluster = await server.call(describeClusterHandler, version, {
      includeClusterAuthorizedOperations: version > 0,
    })
    assert.equal(cluster.errorCode, 0)
    assert.equal(cluster.clusterId, server.broker.clusterId)
    assert.equal(cluster.controllerId, 1)
    assert.deepEqual(
      cluster.brokers.map((broker) => ({ ...broker })),
      [{ brokerId: 1, host: '192.0.2.1', port: 9092, rack: null, isFenced: false }],
    )
    assert.equal(cluster.clusterAuthorizedOperations, version > 0 ? 8096 : -2147483648)
  }
})

test('a configured address is advertised instead', async () => {
  await using server = await openTestBroker({ settings: { advertise: 'broker.example:1234' } })
  const request = { includeClusterAuthorizedOperations: false }
  const { brokers } = await server.call(describeClusterHandler, 2, request)
  assert.deepEqual([brokers[0]?.host, brokers[0]?.port], ['broker.example', 1234])
})

test('controllers are not described here', async () => {
  await using server = await openTestBroker()
  for (const [endpointType, expected] of [
    [2, 114],
    [3, 115],
  ] as const) {
    const request = { includeClusterAuthorizedOperations: true, endpointType }
    const { errorCode, brokers } = await server.call(describeClusterHandler, 2, request)
    assert.equal(errorCode, expected)
    assert.deepEqual(brokers, [])
  }
})
