import { namePattern } from '../../../search/name-pattern.ts'

/**
 * What `filter_path` leaves of an answer: paths with `*` for parts of a name and `**` for any number of names; with `-` in front, what
 * it leaves out. Lists are passed through.
 */
export function filterPaths(answer: unknown, paths: readonly string[]): unknown {
  const excludes = paths.filter((path) => path.startsWith('-')).map((path) => path.slice(1).split('.'))
  const includes = paths.filter((path) => !path.startsWith('-')).map((path) => path.split('.'))
  const included = includes.length === 0 ? answer : (kept(answer, includes) ?? {})
  return excludes.length === 0 ? included : without(included, excludes)
}

type Pattern = readonly string[]

/** What is left of each pattern below a member; an empty one means that the member is meant. */
function below(patterns: readonly Pattern[], name: string): readonly Pattern[] {
  return patterns.flatMap((pattern) => {
    const [first = '', ...rest] = pattern
    if (first === '**') return [pattern, ...below([rest], name)]
    return pattern.length > 0 && namePattern([first])(name) ? [rest] : []
  })
}

function kept(value: unknown, patterns: readonly Pattern[]): unknown {
  if (patterns.some((pattern) => pattern.length === 0 || (pattern.length === 1 && pattern[0] === '**')))
    return value
  if (Array.isArray(value)) {
    const list = value.map((one) => kept(one, patterns)).filter((one) => one !== undefined)
    return list.length === 0 ? undefined : list
  }
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Object.entries(value).flatMap(([name, member]) => {
    const left = kept(member, below(patterns, name))
    return left === undefined ? [] : [[name, left] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function without(value: unknown, patterns: readonly Pattern[]): unknown {
  if (Array.isArray(value)) return value.map((one) => without(one, patterns))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const rest = below(patterns, name)
      return rest.some((pattern) => pattern.length === 0) ? [] : [[name, without(member, rest)] as const]
    }),
  )
}
