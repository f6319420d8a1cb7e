/**
 * Edit distance against one word, a character at a time, for terms that come in order: `enter(depth, point)` continues from the first
 * `depth` characters of the term before, so that a shared prefix is not computed again. With `transpositions` a swap of two neighbours
 * is one edit (optimal string alignment, as Lucene counts).
 */
export class EditDistance {
  readonly #word: readonly number[]
  readonly #max: number
  readonly #transpositions: boolean
  /** One row per character of the term, each with one entry more than the word has characters. */
  readonly #rows: Uint8Array[]
  readonly #points: number[] = []

  constructor(word: string, max: number, transpositions: boolean) {
    this.#word = Array.from(word, (character) => character.codePointAt(0) ?? 0)
    this.#max = max
    this.#transpositions = transpositions
    this.#rows = [Uint8Array.from({ length: this.#word.length + 1 }, (_, index) => Math.min(index, max + 1))]
  }

  /** Whether a term that goes on like this can still be close enough. */
  enter(depth: number, point: number): boolean {
    const word = this.#word
    const above = this.#rows[depth]
    if (above === undefined) return false
    const row = (this.#rows[depth + 1] ??= new Uint8Array(word.length + 1))
    this.#points[depth] = point
    const cap = this.#max + 1
    let least = Math.min(depth + 1, cap)
    row[0] = least
    const before = depth > 0 ? this.#rows[depth - 1] : undefined
    for (let index = 1; index <= word.length; index++) {
      const same = word[index - 1] === point
      let distance = Math.min(
        (above[index - 1] ?? cap) + (same ? 0 : 1),
        (above[index] ?? cap) + 1,
        (row[index - 1] ?? cap) + 1,
      )
      if (
        this.#transpositions &&
        before !== undefined &&
        index > 1 &&
        word[index - 2] === point &&
        word[index - 1] === this.#points[depth - 1]
      )
        distance = Math.min(distance, (before[index - 2] ?? cap) + 1)
      if (distance > cap) distance = cap
      row[index] = distance
      if (distance < least) least = distance
    }
    return least <= this.#max
  }

  /** Distance of the first `depth` characters entered; above the maximum when it is more than that. */
  distance(depth: number): number {
    return this.#rows[depth]?.[this.#word.length] ?? this.#max + 1
  }
}
