import { didYouMean } from '../../util/suggest.ts'
import type { Query } from '../query/query.ts'
import type { FieldSummary } from './messages.ts'

const hintsMax = 5

/** For a query that found nothing: which of its fields no searched topic has, and what may have been meant. */
export function fieldHints(query: Query, known: readonly FieldSummary[]): string[] {
  const names = known.map(({ name }) => name)
  const isKnown = (field: string): boolean => {
    const plain = field.replace(/\.keyword$/, '')
    return names.some((name) => name === plain || name.startsWith(`${plain}.`))
  }
  return [...namedFields(query)]
    .filter((field) => !field.includes('*') && !field.startsWith('_') && !isKnown(field))
    .slice(0, hintsMax)
    .map((field) => `no record has the field "${field}"${didYouMean(field, names)}`)
}

/** Every part of a query that is about a field has it as `field`, or several as `fields`. */
function namedFields(part: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(part)) for (const each of part) namedFields(each, found)
  else if (part !== null && typeof part === 'object') {
    if ('field' in part && typeof part.field === 'string') found.add(part.field)
    for (const each of Object.values(part)) namedFields(each, found)
  }
  return found
}
