/** One thing that must not be in a history. */
export interface Anomaly {
  readonly key: string
  readonly detail: string
  /** Whose polls or sends they are, where that matters. */
  readonly process?: string
}
