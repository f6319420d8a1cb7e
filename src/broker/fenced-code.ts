import { errorCode } from '../protocol/errors.ts'

/** PRODUCER_FENCED for clients that know it (KIP-588), INVALID_PRODUCER_EPOCH for older ones; other codes as they are. */
export function fencedCode(code: number, known: boolean): number {
  return code === errorCode('PRODUCER_FENCED') && !known ? errorCode('INVALID_PRODUCER_EPOCH') : code
}
