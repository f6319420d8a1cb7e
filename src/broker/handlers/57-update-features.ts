/**
 * UpdateFeatures 0-2 (KIP-584, 778). The levels of all features named change, or none: then the error of the first that can not be
 * changed stands for the whole request. Up to version 1 each feature that was changed is named in the answer.
 */
import { updateFeatures, type FeatureUpdate, type UpgradeType } from '../../metadata/features.ts'
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type {
  UpdateFeaturesRequest,
  UpdateFeaturesResponse,
} from '../../protocol/messages/57-update-features.ts'
import { defineHandler } from '../handler.ts'

type Update = UpdateFeaturesRequest['featureUpdates'][number]

const upgradeTypes: readonly UpgradeType[] = ['unknown', 'upgrade', 'safe-downgrade', 'unsafe-downgrade']

export const updateFeaturesHandler = defineHandler<'UpdateFeatures'>({
  api: 'UpdateFeatures',
  async handle({ featureUpdates, validateOnly }, { broker, apiVersion }) {
    const updates = featureUpdates.map((update) => updateOf(update, apiVersion))
    try {
      const { metadata } = broker
      const names = new Set(updates.map(({ name }) => name))
      if (names.size < updates.length)
        throw new KafkaError('INVALID_REQUEST', 'a feature is named twice; name each once')
      if (validateOnly) updateFeatures(metadata.image, updates, broker.implements)
      else await metadata.change((image) => updateFeatures(image, updates, broker.implements))
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      return response(
        error.code,
        `The update failed for all features since the following feature had an error: ${error.message}`,
        [],
      )
    }
    return response(errorCode('NONE'), null, apiVersion < 2 ? featureUpdates : [])
  },
  failed: (code, message) => response(code, message, []),
})

function updateOf(
  { feature, maxVersionLevel, allowDowngrade, upgradeType }: Update,
  apiVersion: number,
): FeatureUpdate {
  const type = apiVersion === 0 ? (allowDowngrade ? 'safe-downgrade' : 'upgrade') : upgradeTypes[upgradeType]
  return { name: feature, level: maxVersionLevel, upgradeType: type ?? 'unknown' }
}

function response(code: number, message: string | null, updated: readonly Update[]): UpdateFeaturesResponse {
  return {
    throttleTimeMs: 0,
    errorCode: code,
    errorMessage: message,
    results: updated.map(({ feature }) => ({ feature, errorCode: errorCode('NONE'), errorMessage: null })),
  }
}
