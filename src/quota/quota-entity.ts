/** What a quota is for. A null name is the default of those that have none of their own; an absent type is not looked at. */
export interface QuotaEntity {
  readonly user?: string | null
  readonly 'client-id'?: string | null
  readonly ip?: string | null
}

export type EntityType = keyof QuotaEntity

export const entityTypes: readonly EntityType[] = ['user', 'client-id', 'ip']

export type ClientQuotaKey =
  | 'producer_byte_rate'
  | 'consumer_byte_rate'
  | 'request_percentage'
  | 'controller_mutation_rate'
export type QuotaKey = ClientQuotaKey | 'connection_creation_rate'

/** Quotas by name, with the numbers that Kafka takes for them. */
export const quotaKeys: Readonly<
  Record<QuotaKey, { readonly of: 'client' | 'ip'; readonly type: 'long' | 'int' | 'double' }>
> = {
  producer_byte_rate: { of: 'client', type: 'long' },
  consumer_byte_rate: { of: 'client', type: 'long' },
  request_percentage: { of: 'client', type: 'double' },
  controller_mutation_rate: { of: 'client', type: 'double' },
  connection_creation_rate: { of: 'ip', type: 'int' },
}

/** One text for an entity, whatever the order of its parts. */
export function entityName(entity: QuotaEntity): string {
  return JSON.stringify(
    entityTypes.flatMap((type) => (entity[type] === undefined ? [] : [[type, entity[type]]])),
  )
}

/** The entity that {@link entityName} named. */
export function entityNamed(name: string): QuotaEntity {
  return Object.fromEntries(JSON.parse(name) as [EntityType, string | null][])
}
