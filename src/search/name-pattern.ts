/** Matches names with any of a list of patterns in which `*` stands for any text. */
export function namePattern(patterns: readonly string[]): (name: string) => boolean {
  return (name) => patterns.some((pattern) => matches(name, pattern))
}

/** Goes back to the last star only, so that no pattern takes longer than the product of both lengths, as a regular expression may. */
function matches(name: string, pattern: string): boolean {
  let at = 0
  let index = 0
  let star = -1
  let resume = 0
  while (at < name.length) {
    if (pattern[index] === '*') {
      star = index
      index += 1
      resume = at
    } else if (index < pattern.length && pattern[index] === name[at]) {
      index += 1
      at += 1
    } else if (star >= 0) {
      index = star + 1
      resume += 1
      at = resume
    } else return false
  }
  while (pattern[index] === '*') index += 1
  return index === pattern.length
}
