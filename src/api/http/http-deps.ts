import type { Broker } from '../../broker/broker.ts'
import type { Address } from '../../config/address.ts'
import type { SearchEngine } from '../../search/engine/search-engine.ts'

/** Whether clients can be sent here, and if not, why: sentences for people. */
export interface Readiness {
  readonly ready: boolean
  readonly reasons: readonly string[]
}

/** What the HTTP API works with. */
export interface HttpDeps {
  readonly broker: Broker
  /** Where Kafka clients connect: the port that is in use when the setting leaves the choice to the system. */
  readonly kafka?: Address
  readonly ready: () => Readiness
  /** Where the built console lies; by default where `npm start` builds it to. */
  readonly consoleFolder?: string
  /** Null when `search.enable` is false. */
  readonly search: SearchEngine | null
}
