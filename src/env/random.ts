/** Randomness as the product sees it; a simulation seeds it. */
export interface Random {
  /** `size` random bytes in a new buffer that the caller owns. */
  bytes(size: number): Buffer
  /** A whole number in [0, bound); bound is at most 2^32. */
  below(bound: number): number
}
