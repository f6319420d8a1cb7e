import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { finalizedLevel, type FeatureUpdate, updateFeatures } from '../../metadata/features.ts'
import { apiVersionsHandler } from './18-api-versions.ts'
import { updateFeaturesHandler } from './57-update-features.ts'

const all = (): boolean => true
const downgrade: FeatureUpdate = { name: 'transaction.version', level: 1, upgradeType: 'safe-downgrade' }

test('a level that was set is finalized, also after a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chronik-features-'))
  try {
    {
      await using server = await openTestBroker({ directory })
      const { metadata } = server.broker
      assert.equal(finalizedLevel(metadata.image, 'transaction.version'), 2)
      await metadata.change((image) => updateFeatures(image, [downgrade], all))
      assert.equal(finalizedLevel(metadata.image, 'transaction.version'), 1)
    }
    await using server = await openTestBroker({ directory })
    assert.equal(finalizedLevel(server.broker.metadata.image, 'transaction.version'), 1)
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('what can not be is refused for all features of the request, and says why', async () => {
  await using server = await openTestBroker()
  const { image } = server.broker.metadata
  const refused: [FeatureUpdate, RegExp][] = [
    [{ ...downgrade, upgradeType: 'upgrade' }, /without setting the upgrade type/],
    [{ ...downgrade, upgradeType: 'unknown' }, /upgrade type/],
    [{ ...downgrade, level: 3, upgradeType: 'upgrade' }, /only supports versions 0-2/],
    [{ ...downgrade, level: -1 }, /less than 0/],
    [{ ...downgrade, name: 'share.version' }, /does not support/],
    [{ name: 'metadata.version', level: 30, upgradeType: 'unsafe-downgrade' }, /might delete metadata/],
  ]
  for (const [update, message] of refused) {
    assert.throws(() => updateFeatures(image, [downgrade, update], all), {
      errorName: 'INVALID_UPDATE_VERSION',
      message,
    })
  }
})

test('the answer names each feature up to version 1, and one error for all', async () => {
  await using server = await openTestBroker()
  const call = (version: number, maxVersionLevel: number) =>
    server.call(updateFeaturesHandler, version, {
      featureUpdates: [{ feature: 'metadata.version', maxVersionLevel }],
    })
  const { results } = await call(1, 33)
  assert.deepEqual({ ...results[0] }, { feature: 'metadata.version', errorCode: 0, errorMessage: null })
  assert.deepEqual((await call(2, 33)).results, [])
  const failed = await call(2, 34)
  assert.equal(failed.errorCode, 95)
  assert.match(failed.errorMessage ?? '', /failed for all features.*metadata\.version/)
})

test('features with a lowest level of 0 are hidden from clients that can not read it', async () => {
  await using server = await openTestBroker()
  const client = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
  const old = await server.call(apiVersionsHandler, 3, client)
  assert.deepEqual(
    old.supportedFeatures.map(({ name }) => name),
    ['metadata.version'],
  )
  const now = await server.call(apiVersionsHandler, 4, client)
  for (const { name, maxVersionLevel } of now.finalizedFeatures) {
    const supported = now.supportedFeatures.find((feature) => feature.name === name)
    assert.ok(supported !== undefined && supported.maxVersion === maxVersionLevel, name)
  }
})
