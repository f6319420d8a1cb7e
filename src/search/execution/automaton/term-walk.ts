import type { TermIndex } from '../../index/index-reader.ts'
import type { Budget } from '../../budget.ts'
import { DEAD, type Automaton } from './automaton.ts'
import { EditDistance } from './levenshtein.ts'

/** Terms between two looks at the budget. */
const CHECK_EVERY = 1024

/** Calls `visit` for the terms that begin with `prefix`, in order, until it returns false. */
function visitTerms(
  index: TermIndex,
  prefix: Uint8Array,
  budget: Budget,
  visit: (ordinal: number, bytes: Uint8Array) => boolean,
): void {
  for (let ordinal = index.lowerBound(prefix), steps = 0; ordinal < index.termCount; ordinal++, steps++) {
    if (steps % CHECK_EVERY === 0) budget.check()
    const bytes = index.term(ordinal)
    if (!startsWith(bytes, prefix) || !visit(ordinal, bytes)) return
  }
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false
  for (let index = 0; index < prefix.length; index++) if (bytes[index] !== prefix[index]) return false
  return true
}

/** Ordinals of the terms that begin with `prefix`, at most `max` of them. */
export function prefixTerms(index: TermIndex, prefix: Uint8Array, budget: Budget, max: number): number[] {
  const found: number[] = []
  visitTerms(index, prefix, budget, (ordinal) => {
    if (found.length >= max) return false
    found.push(ordinal)
    return true
  })
  return found
}

/** Ordinals of the terms that the automaton accepts. Terms come in order, so the states of the prefix shared with the last are kept. */
export function acceptedTerms(index: TermIndex, automaton: Automaton, budget: Budget): number[] {
  const found: number[] = []
  const shared = new SharedPrefix()
  const states = [automaton.start]
  // Characters of the last term that led to a living state.
  let alive = 0
  if (automaton.start === DEAD) return found
  visitTerms(index, Buffer.from(automaton.prefix), budget, (ordinal, bytes) => {
    const depth = shared.enter(bytes)
    const points = shared.points
    if (depth > alive) return true
    alive = depth
    while (alive < points.length) {
      const state = automaton.step(states[alive] ?? DEAD, points[alive] ?? 0)
      if (state === DEAD) return true
      alive += 1
      states[alive] = state
    }
    if (automaton.accepts(states[alive] ?? DEAD)) found.push(ordinal)
    return true
  })
  return found
}

export interface FuzzyTerm {
  readonly ordinal: number
  readonly edits: number
  /** Characters of the term. */
  readonly length: number
}

/** Terms within `edits` of the word that share its first `prefixLength` characters; the closest `max`, those closest first. */
export function fuzzyTerms(
  index: TermIndex,
  word: string,
  options: {
    readonly edits: number
    readonly prefixLength: number
    readonly transpositions: boolean
    readonly max: number
  },
  budget: Budget,
): FuzzyTerm[] {
  const distance = new EditDistance(word, options.edits, options.transpositions)
  const prefix = Buffer.from(Array.from(word).slice(0, options.prefixLength).join(''))
  const shared = new SharedPrefix()
  const found: FuzzyTerm[] = []
  let alive = 0
  visitTerms(index, prefix, budget, (ordinal, bytes) => {
    const depth = shared.enter(bytes)
    const points = shared.points
    if (depth > alive) return true
    alive = depth
    while (alive < points.length) {
      if (!distance.enter(alive, points[alive] ?? 0)) return true
      alive += 1
    }
    const edits = distance.distance(alive)
    if (edits <= options.edits) found.push({ ordinal, edits, length: points.length })
    return true
  })
  return found.sort((a, b) => a.edits - b.edits || a.ordinal - b.ordinal).slice(0, options.max)
}

/** The characters of the current term, and how many it shares with the one before. */
class SharedPrefix {
  readonly points: number[] = []
  enter(bytes: Uint8Array): number {
    const { points } = this
    const before = points.length
    let depth = 0
    let diverged = false
    let count = 0
    for (let at = 0; at < bytes.length; count++) {
      const first = bytes[at] ?? 0
      let point = first
      if (first < 0x80) at += 1
      else if (first < 0xe0) {
        point = ((first & 0x1f) << 6) | ((bytes[at + 1] ?? 0) & 0x3f)
        at += 2
      } else if (first < 0xf0) {
        point = ((first & 0xf) << 12) | (((bytes[at + 1] ?? 0) & 0x3f) << 6) | ((bytes[at + 2] ?? 0) & 0x3f)
        at += 3
      } else {
        const low = (((bytes[at + 2] ?? 0) & 0x3f) << 6) | ((bytes[at + 3] ?? 0) & 0x3f)
        point = ((first & 7) << 18) | (((bytes[at + 1] ?? 0) & 0x3f) << 12) | low
        at += 4
      }
      if (!diverged && count < before && points[count] === point) depth += 1
      else diverged = true
      points[count] = point
    }
    points.length = count
    return depth
  }
}
