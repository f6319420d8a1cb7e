/** A `/` behind one of these begins a regular expression, behind anything else it divides. */
const BEFORE_REGEXP =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|throw|yield|await))\s*$/

/** One token that can hide code from a search: comments, strings, templates (without nesting) and regular expressions. */
const HIDING =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g

/**
 * The text with the content of comments, strings and regular expressions blanked out, every line where it was. Code inside
 * `${}` of a template stays, so that a forbidden call can not hide there.
 */
export function codeOnly(text: string): string {
  return replaceTokens(text, (token) => {
    if (token.startsWith('`'))
      return token
        .split(/(\$\{[^{}]*\})/)
        .map((part) => (part.startsWith('${') ? part : blank(part)))
        .join('')
    return blank(token)
  })
}

/** The text with only the comments blanked out: import paths stay readable. */
export function withoutComments(text: string): string {
  return replaceTokens(text, (token) =>
    token.startsWith('//') || token.startsWith('/*') ? blank(token) : token,
  )
}

/** Replaces each hiding token; a `/` that divides is stepped over. */
function replaceTokens(text: string, replace: (token: string) => string): string {
  let result = ''
  let position = 0
  const pattern = new RegExp(HIDING)
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [token] = match
    const isComment = token.startsWith('//') || token.startsWith('/*')
    if (
      token.startsWith('/') &&
      !isComment &&
      !BEFORE_REGEXP.test(text.slice(Math.max(0, match.index - 20), match.index))
    ) {
      pattern.lastIndex = match.index + 1
      continue
    }
    result += text.slice(position, match.index) + replace(token)
    position = match.index + token.length
  }
  return result + text.slice(position)
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}
