import type { TransactionResult } from './meta-store.ts'

export interface OperationOutcome extends TransactionResult {
  readonly operationId: string
}

const REMEMBERED = 4096

/** Outcomes of the last transactions that had an operation id, oldest first; older ones are forgotten. */
export class OperationIds {
  readonly #outcomes = new Map<string, TransactionResult>()

  get(operationId: string): TransactionResult | undefined {
    return this.#outcomes.get(operationId)
  }

  remember(operationId: string, outcome: TransactionResult): void {
    this.#outcomes.set(operationId, outcome)
    if (this.#outcomes.size <= REMEMBERED) return
    for (const oldest of this.#outcomes.keys()) {
      this.#outcomes.delete(oldest)
      return
    }
  }

  list(): OperationOutcome[] {
    return Array.from(this.#outcomes, ([operationId, outcome]) => ({ operationId, ...outcome }))
  }
}
