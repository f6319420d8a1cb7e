import { didYouMean } from '../../util/suggest.ts'
import type { Query } from '../query/query.ts'
import type { FieldSummary } from './messages.ts'

const hintsMax = 5

/** The fields that a query names and that a record may lack: no patterns, and none of those that every record has. */
export function namedFields(query: Query): string[] {
  const found = new Set<string>()
  collectFields(query, found)
  return [...found].filter((field) => !field.includes('*') && !field.startsWith('_'))
}

/** Which of the fields no searched topic has, and what may have been meant. */
export function fieldHints(fields: readonly string[], known: readonly FieldSummary[]): string[] {
  const names = known.map(({ name }) => name)
  const isKnown = (field: string): boolean => {
    const plain = field.replace(/\.keyword$/, '')
    return names.some((name) => name === plain || name.startsWith(`${plain}.`))
  }
  return fields
    .filter((field) => !isKnown(field))
    .slice(0, hintsMax)
    .map((field) => `no record has the field "${field}"${didYouMean(field, names)}`)
}

/** Every part of a query that is about a field has it as `field`. */
function collectFields(part: unknown, found: Set<string>): void {
  if (Array.isArray(part)) for (const each of part) collectFields(each, found)
  else if (part !== null && typeof part === 'object') {
    if ('field' in part && typeof part.field === 'string') found.add(part.field)
    for (const each of Object.values(part)) collectFields(each, found)
  }
}
