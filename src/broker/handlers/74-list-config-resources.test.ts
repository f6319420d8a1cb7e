import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { listConfigResourcesHandler } from './74-list-config-resources.ts'

test('resources are listed by type', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const list = async (...resourceTypes: number[]) => {
    const { errorCode, configResources } = await server.call(listConfigResourcesHandler, 1, { resourceTypes })
    return [
      errorCode,
      ...configResources.map(({ resourceType, resourceName }) => [resourceType, resourceName]),
    ]
  }
  assert.deepEqual(await list(), [0, [4, '1'], [2, 't']])
  assert.deepEqual(await list(2), [0, [2, 't']])
  assert.deepEqual(await list(4, 16), [0, [4, '1']])
  assert.deepEqual(await list(32), [0])
  assert.deepEqual(await list(2, 99), [35])
  const metrics = await server.call(listConfigResourcesHandler, 0, {})
  assert.deepEqual([metrics.errorCode, metrics.configResources], [0, []])
})
