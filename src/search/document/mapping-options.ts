import type { Analyzer } from '../analysis/analyzer.ts'
import type { PathLimits } from './field-paths.ts'

/** How records become fields. All readers of a topic must have been made with the same options. */
export interface MappingOptions extends PathLimits {
  /** Longer strings have no exact view, only text. */
  readonly exactBytesMax: number
  /** Of longer strings only the beginning is text. */
  readonly textBytesMax: number
  /**
   * Whether a string that is a date with a time of day is a string, too. Without that it is a date alone, as Elasticsearch maps it: the
   * string views of timestamps would be the largest part of many an index. Days (`2026-11-21`) always have both.
   */
  readonly keepsDateStrings: boolean
  /** The analyzer of a field's text; null is the standard one, which works on bytes. */
  readonly analyzerOf: (field: string) => Analyzer | null
}

export const defaultMapping: MappingOptions = {
  fieldsMax: 1000,
  depthMax: 20,
  exactBytesMax: 256,
  textBytesMax: 1024 * 1024,
  keepsDateStrings: false,
  analyzerOf: () => null,
}
