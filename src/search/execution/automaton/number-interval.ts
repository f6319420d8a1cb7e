import type { Expression, Expressions } from './expressions.ts'

/**
 * Decimal numbers between two others, ends included and exchanged when they are the wrong way round. Bounds of the same number of
 * digits ask for exactly as many (`<01-20>` matches `07`); otherwise leading zeros are allowed, as in Lucene.
 */
export function numberInterval(expressions: Expressions, first: string, second: string): Expression {
  const [low, high] = Number(first) <= Number(second) ? [first, second] : [second, first]
  if (low.length === high.length) return between(expressions, low, high)
  const parts: Expression[] = []
  const least = String(Number(low))
  const greatest = String(Number(high))
  for (let length = least.length; length <= greatest.length; length++)
    parts.push(
      between(
        expressions,
        length === least.length ? least : `1${'0'.repeat(length - 1)}`,
        length === greatest.length ? greatest : '9'.repeat(length),
      ),
    )
  const zeros = expressions.repeat(digit(expressions, 0, 0), 0, Number.POSITIVE_INFINITY)
  return expressions.sequence(zeros, expressions.anyOf(parts))
}

/** Numbers of one length between two others of that length. */
function between(expressions: Expressions, low: string, high: string): Expression {
  if (low === '') return expressions.empty
  const from = Number(low[0])
  const to = Number(high[0])
  const rest = low.length - 1
  if (from === to)
    return expressions.sequence(
      digit(expressions, from, from),
      between(expressions, low.slice(1), high.slice(1)),
    )
  const parts = [
    expressions.sequence(
      digit(expressions, from, from),
      between(expressions, low.slice(1), '9'.repeat(rest)),
    ),
    expressions.sequence(digit(expressions, to, to), between(expressions, '0'.repeat(rest), high.slice(1))),
  ]
  if (to - from > 1)
    parts.push(
      expressions.sequence(
        digit(expressions, from + 1, to - 1),
        expressions.repeat(digit(expressions, 0, 9), rest, rest),
      ),
    )
  return expressions.anyOf(parts)
}

function digit(expressions: Expressions, from: number, to: number): Expression {
  return expressions.characters([[48 + from, 48 + to]], false)
}
