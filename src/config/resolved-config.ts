import type { Property, Value } from './property.ts'
import type { ServerPropertyName, ServerValue } from './server-properties.ts'

/** Where a value came from. */
export type Source =
  | { readonly kind: 'default' }
  | { readonly kind: 'profile'; readonly setting: string; readonly profile: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'dynamic'; readonly scope: 'broker' | 'cluster' }

/** One setting with its value and where that came from. */
export interface Entry {
  readonly name: string
  readonly property: Property
  readonly value: Value
  /** The value in the base unit, exact for 64-bit numbers; null when it is not set. */
  readonly text: string | null
  readonly source: Source
}

/** The configuration of one process. It never changes; dynamic settings are layered over it where they are used. */
export interface ResolvedConfig {
  get<N extends ServerPropertyName>(name: N): ServerValue<N>
  /** Every setting, sorted by name: those of `get` and the broker-wide defaults of topic configs. */
  readonly entries: ReadonlyMap<string, Entry>
  /** Sentences about what was accepted without effect. Whoever starts the server logs them. */
  readonly warnings: readonly string[]
}

/** The source as `chronik config print` shows it. */
export function describeSource(source: Source): string {
  if (source.kind === 'default') return 'default'
  if (source.kind === 'profile') return `${source.setting}=${source.profile}`
  if (source.kind === 'file') return `file ${source.path}`
  if (source.kind === 'environment') return `environment ${source.variable}`
  if (source.kind === 'flag') return `flag ${source.flag}`
  return source.scope === 'broker' ? 'set for this broker' : 'set for all brokers'
}
