/** Who commits offsets, taken from the request. */
export interface Committer {
  readonly memberId: string
  readonly groupInstanceId: string | null
  /** Negative when the client does not use group management. */
  readonly generationIdOrMemberEpoch: number
}
