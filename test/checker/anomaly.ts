/** One thing that must not be in a history. */
export interface Anomaly {
  readonly key: string
  readonly detail: string
}
