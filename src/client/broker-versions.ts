import { apis } from '../protocol/apis.ts'
import { apiOf, type ApiName, type ResponseOf } from '../protocol/api-keys.ts'
import { KafkaError } from '../protocol/errors.ts'

/** The versions of each API that a broker offers. */
export class BrokerVersions {
  readonly #ranges: ReadonlyMap<number, readonly [first: number, last: number]>

  constructor(response: ResponseOf<'ApiVersions'>) {
    this.#ranges = new Map(
      response.apiKeys.map((api) => [api.apiKey, [api.minVersion, api.maxVersion] as const]),
    )
  }

  /** All ranges by API key, for reports. */
  get ranges(): ReadonlyMap<number, readonly [first: number, last: number]> {
    return this.#ranges
  }

  offers(name: ApiName): boolean {
    return this.#ranges.has(apis[name].key)
  }

  /** The highest version that both sides know, at most `limit`; UNSUPPORTED_VERSION when there is none. */
  highestCommon(name: ApiName, limit: number = Number.POSITIVE_INFINITY): number {
    const range = this.#ranges.get(apis[name].key)
    if (range === undefined) throw new KafkaError('UNSUPPORTED_VERSION', `the broker does not offer ${name}`)
    const ours = apiOf(apis[name].key)?.versions ?? [0, -1]
    const version = Math.min(range[1], ours[1], limit)
    if (version >= Math.max(range[0], ours[0])) return version
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      `the broker offers ${name} ${range[0]} to ${range[1]}, this client ${ours[0]} to ${Math.min(ours[1], limit)}`,
    )
  }
}
