/** Where a record stands. */
export interface Place {
  readonly partition: number
  readonly offset: number
}

/** What a VerifiableProducer said that it had sent, and what VerifiableConsumers read. */
export class VerifiableLedger {
  /** By value. */
  readonly #acked = new Map<string, string>()
  /** What the client said, by value. */
  readonly #failed = new Map<string, string>()
  /** Values by place. */
  readonly #read = new Map<string, string>()
  readonly #contradictions: string[] = []
  /** Places that were acknowledged and not read yet. */
  readonly #awaited = new Set<string>()
  #readAgain = 0
  #sent = 0
  #refused = 0

  acked(value: string, place: Place): void {
    const key = keyOf(place)
    this.#acked.set(value, key)
    if (!this.#read.has(key)) this.#awaited.add(key)
  }

  /** Nobody knows whether the broker has it. */
  failed(value: string, error: string): void {
    this.#failed.set(value, error)
  }

  /** The client was closed already, and did not take the value: it must not be read. */
  refused(): void {
    this.#refused++
  }

  /** The first failures, with their values. */
  failures(): string[] {
    return [...this.#failed].slice(0, 3).map(([value, error]) => `${value}: ${error}`)
  }

  /** The producer says at its end how many values it was given. */
  ended(sent: number): void {
    this.#sent = sent
  }

  read(value: string, place: Place): void {
    const key = keyOf(place)
    const before = this.#read.get(key)
    if (before === undefined) this.#read.set(key, value)
    else this.#readAgain++
    this.#awaited.delete(key)
    if (before !== undefined && before !== value)
      this.#contradictions.push(`offset ${key} had ${before} and then ${value}`)
  }

  get counts(): {
    readonly acked: number
    readonly failed: number
    readonly read: number
    readonly readAgain: number
    readonly sent: number
  } {
    return {
      acked: this.#acked.size,
      failed: this.#failed.size,
      read: this.#read.size,
      readAgain: this.#readAgain,
      sent: this.#sent - this.#refused,
    }
  }

  /** Whether what was acknowledged has been read. */
  get isComplete(): boolean {
    return this.#awaited.size === 0
  }

  /** All that must not be: nothing when every acknowledged value was read where it was said to be, and only there. */
  problems(): string[] {
    const placesOf = Map.groupBy(this.#read.keys(), (place) => this.#read.get(place))
    const found = [...this.#contradictions]
    for (const [value, place] of this.#acked)
      if (this.#read.get(place) !== value)
        found.push(
          `${value} was acknowledged at ${place}, where ${this.#read.get(place) ?? 'nothing'} was read`,
        )
    for (const [value = '', places] of placesOf) {
      if (places.length > 1) found.push(`${value} stands at ${places.join(' and ')}`)
      if (!this.#acked.has(value) && !this.#failed.has(value)) found.push(`${value} was never sent`)
    }
    return [...found, ...this.#gaps()]
  }

  /** Offsets that were passed over; without transactions and compaction there are none. */
  #gaps(): string[] {
    const offsets = Map.groupBy(
      [...this.#read.keys()].map((key) => key.split('@').map(Number) as [number, number]),
      ([partition]) => partition,
    )
    return [...offsets].flatMap(([partition, places]) => {
      const last = Math.max(...places.map(([, offset]) => offset))
      return last + 1 === places.length
        ? []
        : [`partition ${partition}: ${places.length} offsets were read, up to ${last}`]
    })
  }
}

function keyOf({ partition, offset }: Place): string {
  return `${partition}@${offset}`
}
