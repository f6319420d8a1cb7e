import type { Source } from './resolved-config.ts'

/** The layers that a user writes. */
export type GivenSource = Extract<Source, { kind: 'file' | 'environment' | 'flag' }>

/** What one layer says about one setting, before it is looked up and parsed. */
export interface SettingInput {
  readonly name: string
  readonly raw: string
  /** The layer gave a list, with its elements joined by commas in `raw`. */
  readonly isList: boolean
  readonly source: GivenSource
}

/** Names the source inside a message: `wal.sync (from CHRONIK_WAL_SYNC)`. */
export function locate(input: SettingInput): string {
  const { name, source } = input
  if (source.kind === 'file') return `${name} (in ${source.path})`
  return `${name} (from ${source.kind === 'flag' ? source.flag : source.variable})`
}
