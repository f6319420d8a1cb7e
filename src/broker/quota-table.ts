import type { MetadataImage } from '../metadata/image.ts'
import type { Metadata } from '../metadata/metadata.ts'
import { resourcesOf } from '../metadata/resource-configs.ts'
import { ClientQuotas, type QuotaTable } from '../quota/client-quotas.ts'
import type { QuotaWindows } from '../quota/sampled-rate.ts'

/** Quotas that are kept in step with the metadata. */
export function quotasOf(metadata: Metadata, windows: QuotaWindows): ClientQuotas {
  const quotas = new ClientQuotas(windows)
  quotas.replace(quotaTable(metadata.image))
  metadata.subscribe((delta) => {
    if ([...delta.resourceConfigs].some((id) => id.startsWith('quota/')))
      quotas.replace(quotaTable(metadata.image))
  })
  return quotas
}

function quotaTable(image: MetadataImage): QuotaTable {
  const table = new Map<string, ReadonlyMap<string, number>>()
  for (const [name, quotas] of resourcesOf(image, 'quota'))
    table.set(name, new Map([...quotas].map(([key, value]) => [key, Number(value)])))
  return table
}
