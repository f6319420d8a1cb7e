import type { AggregationHost } from '../aggregation/aggregation-collector.ts'
import { type Automaton, DEAD, regexpAutomaton } from '../execution/automaton/automaton.ts'
import type { SearchContext } from '../execution/search-context.ts'
import { matchingDocs } from '../execution/search-readers.ts'
import type { DocSet } from '../index/index-reader.ts'
import { both, type ReaderGroup } from './reader-groups.ts'

/** Lets the aggregations over a group of readers ask for the documents of queries of their own, within the same bounds. */
export function aggregationHost({ readers, filter }: ReaderGroup, execution: SearchContext): AggregationHost {
  const { limits, budget } = execution
  return {
    matches(index, query) {
      const reader = readers[index]
      if (reader === undefined) throw new RangeError(`there is no reader ${index}`)
      return docSet(matchingDocs(reader, filter === null ? query : both(query, filter), execution))
    },
    pattern(pattern) {
      const automaton = regexpAutomaton(pattern, false, limits.statesMax, budget)
      return (text) => isAccepted(automaton, text)
    },
  }
}

function docSet(words: Uint32Array): DocSet {
  let size = 0
  for (let word of words) for (; word !== 0; word &= word - 1) size += 1
  return { size, words, has: (doc) => (((words[doc >>> 5] ?? 0) >>> (doc & 31)) & 1) === 1 }
}

function isAccepted(automaton: Automaton, text: string): boolean {
  let state = automaton.start
  for (const character of text) {
    state = automaton.step(state, character.codePointAt(0) ?? 0)
    if (state === DEAD) return false
  }
  return automaton.accepts(state)
}
