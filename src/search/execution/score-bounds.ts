import { noMoreDocs } from '../index/index-reader.ts'
import { MaxMatcher } from './boolean-matcher.ts'
import { AllMatcher, BitsMatcher, ListMatcher, type Matcher } from './matcher.ts'
import { ConstantMatcher } from './score-matcher.ts'
import { TermMatcher } from './term-matcher.ts'

/** What a matcher's scores do not exceed. */
export interface ScoreBounds {
  /** Up to which document `blockScore` holds, from `target` on. */
  blockEnd(target: number): number
  blockScore(): number
  maxScore(): number
}

/** Bounds of a matcher whose scores can be told beforehand; null for others. */
export function scoreBounds(matcher: Matcher): ScoreBounds | null {
  if (matcher instanceof TermMatcher) return matcher
  if (
    matcher instanceof ConstantMatcher ||
    matcher instanceof AllMatcher ||
    matcher instanceof BitsMatcher ||
    matcher instanceof ListMatcher
  ) {
    const score = matcher.score()
    return { blockEnd: () => noMoreDocs, blockScore: () => score, maxScore: () => score }
  }
  return matcher instanceof MaxMatcher ? maxBounds(matcher) : null
}

function maxBounds(matcher: MaxMatcher): ScoreBounds | null {
  const children: ScoreBounds[] = []
  for (const child of matcher.children) {
    const bounds = scoreBounds(child)
    if (bounds === null) return null
    children.push(bounds)
  }
  const joined = (scores: readonly number[]): number => {
    let best = Number.NEGATIVE_INFINITY
    let sum = 0
    for (const score of scores) {
      sum += score
      if (score > best) best = score
    }
    return best + (sum - best) * matcher.tieBreaker
  }
  return {
    blockEnd: (target) => Math.min(...children.map((child) => child.blockEnd(target))),
    blockScore: () => joined(children.map((child) => child.blockScore())),
    maxScore: () => joined(children.map((child) => child.maxScore())),
  }
}
