/** Matches names with a list of patterns in which `*` stands for any text. */
export function namePattern(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .replaceAll(/\*+/g, '*')
          .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
          .replaceAll('*', '.*')}$`,
      ),
  )
  return (name) => expressions.some((expression) => expression.test(name))
}
