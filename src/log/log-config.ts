/** The topic settings that the log itself obeys. Replaced as a whole when the topic's configuration changes. */
export interface LogConfig {
  readonly segmentBytes: number
  readonly segmentMs: number
  /** -1 keeps everything. */
  readonly retentionMs: number
  /** Per partition; -1 keeps everything. */
  readonly retentionBytes: number
  /** Retention deletes old segments only when the policy has `delete`. */
  readonly deleteOldSegments: boolean
}
