import { SeededNumbers } from './seeded-numbers.ts'

const WORDS = 20_000
const LETTERS = 'etaoinshrdlucmfwypvbgk'
/** A word in so many has a letter beyond ASCII. */
const FOREIGN_EVERY = 300

/** Words by rank: the first is the most frequent one. */
export const vocabulary: readonly string[] = makeWords()

function makeWords(): string[] {
  const numbers = new SeededNumbers(7)
  const words = new Set<string>()
  while (words.size < WORDS) {
    const length = 3 + numbers.below(9)
    let word = words.size % FOREIGN_EVERY === FOREIGN_EVERY - 1 ? 'ü' : ''
    while (word.length < length) word += LETTERS[Math.min(numbers.below(22), numbers.below(22))] ?? 'e'
    words.add(word)
  }
  return [...words]
}

/** Where each rank ends between 0 and 1, when the word of rank r is as frequent as 1 / (r + 1). */
const cumulated = cumulate()

function cumulate(): Float64Array {
  const ends = new Float64Array(WORDS)
  let sum = 0
  for (let rank = 0; rank < WORDS; rank++) ends[rank] = sum += 1 / (rank + 1)
  for (let rank = 0; rank < WORDS; rank++) ends[rank]! /= sum
  return ends
}

/** A rank as Zipf's law would have it. */
export function zipfRank(numbers: SeededNumbers, ranks = WORDS): number {
  const wanted = numbers.unit() * cumulated[ranks - 1]!
  let low = 0
  let high = ranks - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (cumulated[middle]! <= wanted) low = middle + 1
    else high = middle
  }
  return low
}

export function zipfWords(numbers: SeededNumbers, count: number): string {
  let text = ''
  for (let index = 0; index < count; index++)
    text += `${index === 0 ? '' : ' '}${vocabulary[zipfRank(numbers)]}`
  return text
}
