import { KafkaError } from '../protocol/errors.ts'
import { single } from './bulk-transaction.ts'
import type { MetadataImage } from './image.ts'
import { FEATURES_KEY } from './keys.ts'
import type { Decision } from './metadata.ts'
import { encodeFeatures } from './values.ts'

/** A feature of the cluster (KIP-584): what clients and brokers may rely on everywhere depends on its finalized level. */
export interface Feature {
  readonly name: string
  /** Levels that this release can run at. */
  readonly minLevel: number
  readonly maxLevel: number
  /** The finalized level of a cluster in which nobody has set another. */
  readonly initialLevel: number
  /** The feature is there only together with this API. */
  readonly apiKey: number | null
  /** Others than the initial level are refused: the metadata has no older form. */
  readonly fixed: boolean
}

/**
 * Every feature of this release, by name. Levels are Kafka 4.4's. Not here, because what they promise is not here: share.version,
 * streams.version, kraft.version, eligible.leader.replicas.version.
 */
export const features: readonly Feature[] = [
  { name: 'group.version', minLevel: 0, maxLevel: 1, initialLevel: 1, apiKey: 68, fixed: false },
  { name: 'metadata.version', minLevel: 7, maxLevel: 33, initialLevel: 33, apiKey: null, fixed: true },
  { name: 'transaction.version', minLevel: 0, maxLevel: 2, initialLevel: 2, apiKey: 26, fixed: false },
]

/** Which APIs have handlers, and so which features are there. */
export type Implements = (apiKey: number) => boolean

export function supportedFeatures(implemented: Implements): Feature[] {
  return features.filter(({ apiKey }) => apiKey === null || implemented(apiKey))
}

/** The finalized level of a feature; 0, which is the feature switched off, for one that does not exist. */
export function finalizedLevel(image: MetadataImage, name: string): number {
  const feature = features.find((candidate) => candidate.name === name)
  if (feature === undefined) return 0
  return image.featureLevels.get(name) ?? feature.initialLevel
}

export type UpgradeType = 'upgrade' | 'safe-downgrade' | 'unsafe-downgrade' | 'unknown'

export interface FeatureUpdate {
  readonly name: string
  readonly level: number
  readonly upgradeType: UpgradeType
}

/**
 * Sets the finalized levels of features, all or none.
 * @throws KafkaError INVALID_UPDATE_VERSION for the first that can not be
 */
export function updateFeatures(
  image: MetadataImage,
  updates: readonly FeatureUpdate[],
  implemented: Implements,
): Decision<null> {
  const supported = supportedFeatures(implemented)
  const levels = new Map(image.featureLevels)
  for (const update of updates) {
    checkUpdate(
      supported.find(({ name }) => name === update.name),
      finalizedLevel(image, update.name),
      update,
    )
    levels.set(update.name, update.level)
  }
  const same = updates.every(({ name, level }) => finalizedLevel(image, name) === level)
  if (same) return { change: null, result: null }
  const change = single(
    [{ key: FEATURES_KEY, modRevision: image.featuresRevision }],
    [{ kind: 'put', key: FEATURES_KEY, value: encodeFeatures(levels) }],
  )
  return { change, result: null }
}

function checkUpdate(feature: Feature | undefined, current: number, update: FeatureUpdate): void {
  const { level, upgradeType } = update
  if (upgradeType === 'unknown')
    throw invalid(update, 'The controller does not support the given upgrade type.')
  if (level < 0) throw invalid(update, 'A feature version cannot be less than 0.')
  if (feature === undefined) throw invalid(update, 'This release does not support the feature.')
  const { minLevel, maxLevel } = feature
  if (level < minLevel || level > maxLevel) {
    throw invalid(update, `This release only supports versions ${minLevel}-${maxLevel}.`)
  }
  if (level > current && upgradeType !== 'upgrade')
    throw invalid(update, "Can't downgrade to a newer version.")
  if (level >= current) return
  if (upgradeType === 'upgrade') {
    throw invalid(
      update,
      "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.",
    )
  }
  if (feature.fixed)
    throw invalid(
      update,
      'Refusing to perform the requested downgrade because it might delete metadata information.',
    )
}

function invalid({ name, level }: FeatureUpdate, reason: string): KafkaError {
  return new KafkaError(
    'INVALID_UPDATE_VERSION',
    `Invalid update version ${level} for feature ${name}. ${reason}`,
  )
}
