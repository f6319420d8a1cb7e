/** Stable codes of what can be wrong with a setting. */
export type ConfigProblemCode =
  | 'CONFIG_UNKNOWN_KEY'
  | 'CONFIG_INVALID_VALUE'
  | 'CONFIG_CONFLICT'
  | 'CONFIG_INVALID_FILE'
  | 'CONFIG_INVALID_FLAG'

export interface ConfigProblem {
  readonly code: ConfigProblemCode
  /** The setting as the user wrote it, or the file or flag when no setting is at fault. */
  readonly key: string
  /** What the user gave; null where it is a secret or where there is no single value. */
  readonly value: string | null
  /** A whole sentence with the user's own values and the way out. */
  readonly message: string
}

/** The configuration cannot be used. It lists every problem that was found, so that one start shows them all. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]
  readonly code: ConfigProblemCode
  readonly key: string
  readonly value: string | null
  readonly retriable = false

  constructor(problems: readonly [ConfigProblem, ...ConfigProblem[]]) {
    super(problems.map((problem) => problem.message).join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
    this.code = problems[0].code
    this.key = problems[0].key
    this.value = problems[0].value
  }
}
