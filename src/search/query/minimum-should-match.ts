import { QueryError } from '../budget.ts'

const single = /^(-?\d{1,9})(%?)$/
const conditional = /^(\d{1,9})<(-?\d{1,9}%?)$/

/**
 * How many of `count` optional clauses must match, as Elasticsearch writes it: `2`, `-1` (all but one), `75%`, `-25%`, and with
 * conditions `3<90%` or `2<-25% 9<-3` (above that many clauses; at most that many are all required).
 */
export function minimumShouldMatch(text: string, count: number): number {
  const parts = text.trim().split(/\s+/)
  let result = count
  let matched = false
  for (const part of parts) {
    const condition = conditional.exec(part.replace(/\s/g, ''))
    if (condition === null) {
      if (parts.length > 1) throw invalid(text)
      return bounded(part, count, text)
    }
    if (count <= Number(condition[1])) return matched ? result : count
    result = bounded(condition[2] ?? '', count, text)
    matched = true
  }
  return result
}

/** Throws a QueryError when the text is no such number. */
export function checkMinimumShouldMatch(text: string): string {
  minimumShouldMatch(text, 0)
  for (const part of text.trim().split(/\s+/)) {
    const condition = conditional.exec(part)
    if (condition !== null) bounded(condition[2] ?? '', 0, text)
  }
  return text
}

function bounded(part: string, count: number, whole: string): number {
  const match = single.exec(part)
  if (match === null) throw invalid(whole)
  const number = Number(match[1])
  const share = match[2] === '%' ? Math.trunc((count * number) / 100) : number
  return Math.max(0, number < 0 ? count + share : share)
}

function invalid(text: string): QueryError {
  return new QueryError(
    'parse',
    `'${text}' is no minimum_should_match. Write a number (2), all but a number (-1), a share (75%), or conditions (3<90%).`,
  )
}
