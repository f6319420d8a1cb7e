/**
 * The subscribers of one topic, ordered by how many partitions they have, with a range of the least loaded that grows
 * upwards and a range of the most loaded that grows downwards (Kafka: MemberAssignmentBalancer). Members are numbers.
 */
export class MemberBalance {
  /** Partitions that each member has, by member; the caller keeps it up to date. */
  readonly #sizes: Int32Array
  readonly #sorted: number[]
  #leastEnd = 0
  #leastLevel: number
  #nextLeast = 0
  #mostStart: number
  #mostEnd: number
  #mostLevel: number
  #nextMost: number
  /** How far the most loaded is from the least loaded at the beginning. */
  readonly imbalance: number

  constructor(members: readonly number[], sizes: Int32Array) {
    this.#sizes = sizes
    this.#sorted = [...members].sort((a, b) => this.#size(a) - this.#size(b) || a - b)
    const least = this.#sizeAt(0)
    const most = this.#sizeAt(members.length - 1)
    this.imbalance = most - least
    this.#leastLevel = least - 1
    this.#mostLevel = most + 1
    this.#mostStart = members.length
    this.#mostEnd = members.length
    this.#nextMost = members.length - 1
  }

  /** The next of the least loaded members, which is then expected to get a partition. */
  nextLeastLoaded(): number {
    if (this.#nextLeast >= this.#leastEnd) {
      // Everybody in the range has got one more: the level rises, and who was above it comes in.
      this.#leastLevel++
      while (this.#leastEnd < this.#sorted.length && this.#sizeAt(this.#leastEnd) === this.#leastLevel) {
        this.#leastEnd++
      }
      this.#nextLeast = 0
    }
    return this.#memberAt(this.#nextLeast++)
  }

  /** The next of the most loaded members, which is then expected to give a partition; null when none is left. */
  nextMostLoaded(): number | null {
    if (this.#nextMost < this.#mostStart) {
      // A range emptied by exclusions starts at the level of whoever comes next.
      if (this.#mostEnd <= this.#mostStart && this.#mostStart > 0)
        this.#mostLevel = this.#sizeAt(this.#mostStart - 1)
      else this.#mostLevel--
      while (this.#mostStart > 0 && this.#sizeAt(this.#mostStart - 1) === this.#mostLevel) this.#mostStart--
      this.#nextMost = this.#mostEnd - 1
    }
    return this.#nextMost < 0 ? null : this.#memberAt(this.#nextMost--)
  }

  /** Takes out the member that `nextMostLoaded` returned last: it has nothing to give. */
  excludeMostLoaded(): void {
    const place = this.#nextMost + 1
    const excluded = this.#memberAt(place)
    this.#sorted[place] = this.#memberAt(this.#mostEnd - 1)
    this.#sorted[this.#mostEnd - 1] = excluded
    this.#mostEnd--
  }

  get balanced(): boolean {
    return this.#mostLevel - this.#leastLevel <= 1
  }

  #memberAt(place: number): number {
    const member = this.#sorted[place]
    if (member === undefined) throw new Error(`no member at place ${place} of ${this.#sorted.length}`)
    return member
  }

  #size(member: number): number {
    return this.#sizes[member] ?? 0
  }

  #sizeAt(place: number): number {
    return this.#size(this.#memberAt(place))
  }
}
