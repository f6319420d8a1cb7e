import { single } from './bulk-transaction.ts'
import type { Configs, MetadataImage } from './image.ts'
import { resourceConfigKey, resourceId } from './keys.ts'
import type { ResourceKind } from './keys.ts'
import type { Decision } from './metadata.ts'
import { encodeBrokerConfigs } from './values.ts'

const NOTHING: Configs = new Map()

/** What is set for the resource; empty when nothing is. */
export function resourceConfigs(image: MetadataImage, kind: ResourceKind, name: string): Configs {
  return image.resourceConfigs.get(resourceId(kind, name))?.configs ?? NOTHING
}

/** Names of the resources of a kind for which something is set, with what. */
export function* resourcesOf(
  image: MetadataImage,
  kind: ResourceKind,
): IterableIterator<readonly [name: string, configs: Configs]> {
  const prefix = resourceId(kind, '')
  for (const [id, { configs }] of image.resourceConfigs)
    if (id.startsWith(prefix)) yield [id.slice(prefix.length), configs]
}

/** Stores what is set for a resource; when nothing is, the resource is gone. */
export function setResourceConfigs(
  image: MetadataImage,
  kind: ResourceKind,
  name: string,
  configs: Configs,
): Decision<Configs> {
  const key = resourceConfigKey(kind, name)
  const modRevision = image.resourceConfigs.get(resourceId(kind, name))?.modRevision ?? 0
  if (configs.size === 0 && modRevision === 0) return { change: null, result: configs }
  const change = single(
    [{ key, modRevision }],
    [
      configs.size === 0
        ? { kind: 'delete', key }
        : { kind: 'put', key, value: encodeBrokerConfigs(configs) },
    ],
  )
  return { change, result: configs }
}
