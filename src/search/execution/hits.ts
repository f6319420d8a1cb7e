import type { Explanation, Hit, SearchRequest } from '../search-request.ts'
import type { Candidate } from './top-hits.ts'

/** Candidates as the answer shows them. */
export function hitsOf(
  candidates: readonly Candidate[],
  request: SearchRequest,
  explain: (candidate: Candidate) => Explanation | null,
): Hit[] {
  return candidates.map((candidate) => ({
    topic: candidate.topic,
    partition: candidate.partition,
    offset: candidate.offset,
    score: request.scored ? candidate.score : null,
    sort: candidate.sort,
    group: candidate.group,
    explanation: request.explain ? explain(candidate) : null,
  }))
}
