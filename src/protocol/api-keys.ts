import { apis } from './apis.ts'
import { KafkaError } from './errors.ts'
import type { MessageInput, MessageOf, MessageTable } from './schema.ts'

export type ApiName = keyof typeof apis

/** The number of each API on the wire. */
export type ApiKeys = { readonly [N in ApiName]: (typeof apis)[N]['key'] }

export type ApiKey = ApiKeys[ApiName]

type NameOf = { readonly [N in ApiName as (typeof apis)[N]['key']]: N }

export type RequestOf<N extends ApiName> = MessageOf<(typeof apis)[N]['request']>
export type ResponseOf<N extends ApiName> = MessageOf<(typeof apis)[N]['response']>
/** What encoding takes: fields that have a default may be left out. */
export type RequestInputOf<N extends ApiName> = MessageInput<(typeof apis)[N]['request']>
export type ResponseInputOf<N extends ApiName> = MessageInput<(typeof apis)[N]['response']>

/** The message of an API given by its key; `object` when the key is known only at run time. */
export type RequestAt<K extends number> = number extends K
  ? object
  : K extends ApiKey
    ? RequestOf<NameOf[K]>
    : never
export type ResponseAt<K extends number> = number extends K
  ? object
  : K extends ApiKey
    ? ResponseOf<NameOf[K]>
    : never
export type RequestInputAt<K extends number> = number extends K
  ? object
  : K extends ApiKey
    ? RequestInputOf<NameOf[K]>
    : never
export type ResponseInputAt<K extends number> = number extends K
  ? object
  : K extends ApiKey
    ? ResponseInputOf<NameOf[K]>
    : never

export interface Api {
  readonly key: number
  readonly name: ApiName
  readonly request: MessageTable
  readonly response: MessageTable
  /** First and last version that can be encoded and decoded. */
  readonly versions: readonly [first: number, last: number]
  /** What ApiVersions says: the same, but for Produce. */
  readonly advertised: readonly [first: number, last: number]
  /** First version with compact lengths and tagged fields; null when none has them. */
  readonly flexibleFrom: number | null
}

/**
 * Produce is advertised from version 0 although 0 to 2 no longer exist: librdkafka before 2.8.1 switches compression
 * and headers off for a broker whose Produce starts later (KAFKA-18659). Requests in these versions are refused.
 */
const advertisedFrom: Partial<Record<ApiName, number>> = { Produce: 0 }

/** All APIs of the broker's listener by ascending key: the list behind ApiVersions, and behind the documentation. */
export const apiTable: readonly Api[] = listApis()

function listApis(): Api[] {
  const list: Api[] = []
  let name: ApiName
  for (name in apis) {
    const { key, request, response }: { key: number; request: MessageTable; response: MessageTable } =
      apis[name]
    const [first, last] = request.versions
    const advertised = [advertisedFrom[name] ?? first, last] as const
    const { versions, flexibleFrom = null } = request
    list.push({ key, name, request, response, versions, advertised, flexibleFrom })
  }
  return list.sort((a, b) => a.key - b.key)
}

const byKey: (Api | undefined)[] = []
for (const api of apiTable) byKey[api.key] = api

/** The API of a key, or undefined when the broker's listener has none. */
export function apiOf(key: number): Api | undefined {
  return byKey[key]
}

/** The API of a key; throws UNSUPPORTED_VERSION when the broker's listener has none. */
export function knownApi(key: number): Api {
  const api = byKey[key]
  if (api === undefined) throw new KafkaError('UNSUPPORTED_VERSION', `there is no API with key ${key}`)
  return api
}

/** Whether a version's messages can be encoded and decoded. */
export function isSupported(api: Api, version: number): boolean {
  return version >= api.versions[0] && version <= api.versions[1]
}

/** Version of the request header: 2 has tagged fields, 1 has none. Holds for versions beyond the known ones too. */
export function requestHeaderVersion(api: Api, version: number): 1 | 2 {
  return api.flexibleFrom !== null && version >= api.flexibleFrom ? 2 : 1
}

/**
 * Version of the response header: 1 has tagged fields, 0 has none. ApiVersions always answers with 0, because the
 * client does not know the broker's versions before it has read that answer (KIP-511).
 */
export function responseHeaderVersion(api: Api, version: number): 0 | 1 {
  if (api.name === 'ApiVersions') return 0
  return api.flexibleFrom !== null && version >= api.flexibleFrom ? 1 : 0
}
