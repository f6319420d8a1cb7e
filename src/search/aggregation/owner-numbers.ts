import type { Budget } from '../budget.ts'

/** One number per owner, which starts as `initial`. */
export class OwnerNumbers {
  readonly #budget: Budget
  readonly #initial: number
  /** Replaced when it grows: take it after `reserve`. */
  array: Float64Array

  constructor(budget: Budget, initial: number) {
    this.#budget = budget
    this.#initial = initial
    this.array = new Float64Array(16).fill(initial)
  }

  /** Makes room for owners up to and with this one. */
  reserve(owner: number): void {
    const before = this.array
    if (owner < before.length) return
    const length = 2 ** Math.ceil(Math.log2(owner + 2))
    this.#budget.allocate(8 * (length - before.length))
    this.array = new Float64Array(length).fill(this.#initial)
    this.array.set(before)
  }

  of(owner: number): number {
    return this.array[owner] ?? this.#initial
  }
}

/** The greatest owner of a batch. */
export function greatest(owners: Int32Array, count: number): number {
  let most = 0
  for (let i = 0; i < count; i += 1) if (owners[i]! > most) most = owners[i]!
  return most
}
