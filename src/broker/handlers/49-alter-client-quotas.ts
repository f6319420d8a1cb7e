/**
 * AlterClientQuotas 0-1 (KIP-546). Each entity stands for itself.
 *
 * Divergence: addresses must be written as IP addresses; host names are not resolved.
 */
import { entityName, quotaKeys, type QuotaEntity, type QuotaKey } from '../../quota/quota-entity.ts'
import type { Decision } from '../../metadata/metadata.ts'
import type { Configs, MetadataImage } from '../../metadata/image.ts'
import { resourceConfigs, setResourceConfigs } from '../../metadata/resource-configs.ts'
import { KafkaError } from '../../protocol/errors.ts'
import type {
  AlterClientQuotasRequest,
  AlterClientQuotasResponse,
} from '../../protocol/messages/49-alter-client-quotas.ts'
import { NO_ERROR, settled, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'
import { isEntityType } from './48-describe-client-quotas.ts'

type Entry = AlterClientQuotasRequest['entries'][number]
type Operation = Entry['ops'][number]
type Result = AlterClientQuotasResponse['entries'][number]

export const alterClientQuotasHandler = defineHandler<'AlterClientQuotas'>({
  api: 'AlterClientQuotas',
  async handle({ entries, validateOnly }, { broker }) {
    const results = entries.map((entry) => alter(broker, entry, validateOnly))
    return { throttleTimeMs: 0, entries: await Promise.all(results) }
  },
  failed: (code, message, { entries }) => ({
    throttleTimeMs: 0,
    entries: entries.map((entry) => result(entry, { code, message })),
  }),
})

function alter(broker: Broker, entry: Entry, validateOnly: boolean): Promise<Result> {
  return settled(
    async () => {
      const entity = entityOf(entry)
      for (const operation of entry.ops) checkOperation(entity, operation)
      if (!validateOnly) await broker.metadata.change((image) => decide(image, entity, entry.ops))
      return result(entry, NO_ERROR)
    },
    (error) => result(entry, error),
  )
}

function decide(
  image: MetadataImage,
  entity: QuotaEntity,
  operations: readonly Operation[],
): Decision<Configs> {
  const name = entityName(entity)
  const quotas = new Map(resourceConfigs(image, 'quota', name))
  for (const { key, value, remove } of operations) {
    if (remove) quotas.delete(key)
    else quotas.set(key, String(value))
  }
  return setResourceConfigs(image, 'quota', name, quotas)
}

function entityOf({ entity: parts }: Entry): QuotaEntity {
  if (parts.length === 0) throw invalid('Invalid empty client quota entity')
  const entity: Record<string, string | null> = {}
  for (const { entityType, entityName: name } of parts) {
    if (!isEntityType(entityType)) throw invalid(`Unhandled client quota entity type: ${entityType}`)
    if (entityType in entity) throw invalid(`Duplicate entity type ${entityType} in the client quota entity`)
    if (name === '') throw invalid(`Empty ${entityType} not supported`)
    entity[entityType] = name
  }
  if ('ip' in entity && parts.length > 1)
    throw invalid('Invalid client quota entity: ip cannot be combined with others')
  const { ip } = entity
  if (typeof ip === 'string' && !/^(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/.test(ip))
    throw invalid(`${ip} is not a valid IP or resolvable host.`)
  return entity
}

function checkOperation(entity: QuotaEntity, { key, value, remove }: Operation): void {
  const known = isQuotaKey(key) ? quotaKeys[key] : undefined
  if (known === undefined || (known.of === 'ip') !== 'ip' in entity)
    throw invalid(`Invalid configuration key ${key}`)
  if (remove) return
  if (!(value > 0)) throw invalid(`Quota ${key} must be greater than 0`)
  if (known.type === 'double') return
  if (!Number.isInteger(value)) throw invalid(`${key} cannot be a fractional value.`)
  const most = known.type === 'int' ? 2_147_483_647 : Number.MAX_SAFE_INTEGER
  if (value > most) throw invalid(`Proposed value for ${key} is too large for ${known.type.toUpperCase()}.`)
}

function isQuotaKey(key: string): key is QuotaKey {
  return Object.hasOwn(quotaKeys, key)
}

function result({ entity }: Entry, { code, message }: ApiError): Result {
  return { errorCode: code, errorMessage: message, entity: entity.map((part) => ({ ...part })) }
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REQUEST', message)
}
