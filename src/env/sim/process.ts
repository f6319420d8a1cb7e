/** `killed`: the operating system lives on and cleans up. `power-cut`: the machine is gone, without a word to anyone. */
export type Death = 'killed' | 'power-cut'

/** One life of a simulated process. When it has died, nothing of it happens any more. */
export class SimProcess {
  readonly name: string
  readonly #onDeath = new Set<(death: Death) => void>()
  #alive = true

  constructor(name: string) {
    this.name = name
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Registers what happens outside the process when it dies. Calling the result takes it back. */
  onDeath(work: (death: Death) => void): () => void {
    this.#onDeath.add(work)
    return () => this.#onDeath.delete(work)
  }

  die(death: Death): void {
    if (!this.#alive) return
    this.#alive = false
    for (const work of this.#onDeath) work(death)
    this.#onDeath.clear()
  }
}
