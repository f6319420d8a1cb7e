import type { Source } from './resolved-config.ts'

/** What one layer says about one setting, before it is looked up and parsed. */
export interface SettingInput {
  readonly name: string
  readonly raw: string
  /** The layer gave a list, with its elements joined by commas in `raw`. */
  readonly isList: boolean
  readonly source: Source
}

/** Names the source inside a message: `wal.sync (from CHRONIK_WAL_SYNC)`. */
export function locate(input: SettingInput): string {
  switch (input.source.kind) {
    case 'file':
      return `${input.name} (in ${input.source.path})`
    case 'environment':
      return `${input.name} (from ${input.source.variable})`
    case 'flag':
      return `${input.name} (from ${input.source.flag})`
    case 'default':
    case 'profile':
    case 'dynamic':
      return input.name
  }
}
