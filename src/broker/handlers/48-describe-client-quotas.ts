/** DescribeClientQuotas 0-1 (KIP-546): the quotas of users, client ids and addresses that match every component. */
import { entityNamed, entityTypes, type EntityType, type QuotaEntity } from '../../quota/quota-entity.ts'
import { resourcesOf } from '../../metadata/resource-configs.ts'
import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type {
  DescribeClientQuotasRequest,
  DescribeClientQuotasResponse,
} from '../../protocol/messages/48-describe-client-quotas.ts'
import { defineHandler } from '../handler.ts'

type Component = DescribeClientQuotasRequest['components'][number]
type Entry = NonNullable<DescribeClientQuotasResponse['entries']>[number]

const MATCH_EXACT = 0
const MATCH_DEFAULT = 1
const MATCH_SPECIFIED = 2

export const describeClientQuotasHandler = defineHandler<'DescribeClientQuotas'>({
  api: 'DescribeClientQuotas',
  handle(request, { broker }) {
    checkComponents(request)
    const entries: Entry[] = []
    for (const [name, quotas] of resourcesOf(broker.metadata.image, 'quota')) {
      const entity = entityNamed(name)
      if (!matches(entity, request)) continue
      entries.push({
        entity: entityTypes.flatMap((entityType) => {
          const entityName = entity[entityType]
          return entityName === undefined ? [] : [{ entityType, entityName }]
        }),
        values: [...quotas].map(([key, value]) => ({ key, value: Number(value) })),
      })
    }
    return { throttleTimeMs: 0, errorCode: errorCode('NONE'), errorMessage: null, entries }
  },
  failed: (code, message) => ({ throttleTimeMs: 0, errorCode: code, errorMessage: message, entries: null }),
})

function checkComponents({ components }: DescribeClientQuotasRequest): void {
  const seen = new Set<string>()
  for (const { entityType, matchType, match } of components) {
    if (entityType === '') throw new KafkaError('INVALID_REQUEST', 'Unexpected empty entity component type.')
    if (!isEntityType(entityType)) {
      throw new KafkaError('UNSUPPORTED_VERSION', `Custom entity type '${entityType}' not supported.`)
    }
    if (seen.has(entityType)) {
      throw new KafkaError(
        'INVALID_REQUEST',
        `Entity type ${entityType} cannot appear more than once in the filter.`,
      )
    }
    seen.add(entityType)
    if (matchType === MATCH_EXACT && match === null) {
      throw new KafkaError(
        'INVALID_REQUEST',
        'Request specified MATCH_TYPE_EXACT, but set match string to null.',
      )
    }
    if (matchType !== MATCH_EXACT && match !== null) {
      throw new KafkaError(
        'INVALID_REQUEST',
        `Request specified match type ${matchType}, but set a match string.`,
      )
    }
    if (matchType > MATCH_SPECIFIED || matchType < 0) {
      throw new KafkaError('INVALID_REQUEST', `Unknown match type ${matchType}`)
    }
  }
  if (seen.has('ip') && seen.size > 1) {
    throw new KafkaError('INVALID_REQUEST', 'Invalid entity filter component combination.')
  }
}

/** A strict request wants entities of exactly the types it names. */
function matches(entity: QuotaEntity, { components, strict }: DescribeClientQuotasRequest): boolean {
  if (strict && Object.keys(entity).length !== components.length) return false
  return components.every((component) => matchesComponent(entity, component))
}

function matchesComponent(entity: QuotaEntity, { entityType, matchType, match }: Component): boolean {
  const name = isEntityType(entityType) ? entity[entityType] : undefined
  if (name === undefined) return false
  if (matchType === MATCH_SPECIFIED) return true
  return name === (matchType === MATCH_DEFAULT ? null : match)
}

export function isEntityType(text: string): text is EntityType {
  return entityTypes.some((type) => type === text)
}
