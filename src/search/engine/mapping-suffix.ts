import { crc32c } from '../../util/crc32c.ts'
import type { TopicMapping } from './messages.ts'

const defaultFieldsMax = 1000

/**
 * Part of the name of an index directory that stands for the mapping it was made with: an index that was made otherwise is never
 * taken for it. Nothing for the default.
 */
export function mappingSuffix({ fieldsMax, analyzers }: TopicMapping): string {
  const named = Object.entries(analyzers).sort(([a], [b]) => (a < b ? -1 : 1))
  if (named.length === 0 && fieldsMax === defaultFieldsMax) return ''
  const hash = crc32c(Buffer.from(JSON.stringify({ fieldsMax, named }))) >>> 0
  return `-${hash.toString(16).padStart(8, '0')}`
}
