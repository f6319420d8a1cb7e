import { randomBytes, randomInt } from 'node:crypto'
import type { Random } from '../random.ts'

/** Cryptographically strong randomness, so that ids and salts can come from here as well. */
export const nodeRandom: Random = {
  bytes: (size) => randomBytes(size),
  below: (bound) => randomInt(bound),
}
