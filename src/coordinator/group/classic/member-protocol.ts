/** An assignment strategy that a member offers, with metadata that only the members understand. */
export interface MemberProtocol {
  readonly name: string
  readonly metadata: Buffer
}
