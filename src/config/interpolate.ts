/** Environment variables, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>

/**
 * Replaces `${NAME}` by the variable and `${NAME:-text}` by the variable or, when it is missing or empty, the text.
 * `$$` stands for one dollar sign. A missing variable without a default is a problem, never an empty string.
 */
export function interpolate(
  text: string,
  variables: Variables,
): { readonly text: string } | { readonly problem: string } {
  let problem: string | null = null
  const replaced = text.replaceAll(/\$\$|\$\{([^}]*)\}/g, (whole: string, inside: string | undefined) => {
    if (whole === '$$') return '$'
    const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside ?? '') ?? []
    if (name === undefined) {
      problem ??= `"${whole}" is not a variable; write \${NAME} or \${NAME:-default}, and $$ for a dollar sign`
      return whole
    }
    const value = variables[name]
    if (value !== undefined && (value !== '' || fallback === undefined)) return value
    if (fallback !== undefined) return fallback
    problem ??= `the environment variable ${name} is not set; set it or give a default: \${${name}:-...}`
    return whole
  })
  return problem === null ? { text: replaced } : { problem }
}
