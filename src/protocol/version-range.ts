import type { VersionRange } from './schema.ts'

/** Whether `version` lies in a range such as `'3+'`, `'0-12'` or `'4'`. */
export function inVersions(range: VersionRange | true | undefined, version: number): boolean {
  if (range === undefined) return false
  if (range === true) return true
  if (range.endsWith('+')) return version >= Number(range.slice(0, -1))
  const [first, last = first] = range.split('-')
  return version >= Number(first) && version <= Number(last)
}
