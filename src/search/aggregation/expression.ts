import { QueryError } from '../budget.ts'

/**
 * Formulas of numbers for bucket_script and bucket_selector: the part of Painless that needs no script engine. There are numbers,
 * `params.name` or the bare name, `+ - * / %`, comparisons, `&& || !`, `a ? b : c`, parentheses, `Math.name(…)`, and nothing else.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'choice'; readonly if: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly values: readonly Expression[] }

type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '&&' | '||'

const functions = {
  abs: (value: number) => Math.abs(value),
  ceil: (value: number) => Math.ceil(value),
  floor: (value: number) => Math.floor(value),
  round: (value: number) => Math.round(value),
  sqrt: (value: number) => Math.sqrt(value),
  log: (value: number) => Math.log(value),
  log10: (value: number) => Math.log10(value),
  exp: (value: number) => Math.exp(value),
  pow: (value: number, by: number) => value ** by,
  min: (a: number, b: number) => Math.min(a, b),
  max: (a: number, b: number) => Math.max(a, b),
}

type FunctionName = keyof typeof functions

/** From loosest to tightest. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
]

const LENGTH_MAX = 4096
const DEPTH_MAX = 64

/** Truth is 1, falsehood 0. A variable that is not there is NaN. */
export function evaluate(expression: Expression, variables: Readonly<Record<string, number>>): number {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'variable':
      return Object.hasOwn(variables, expression.name)
        ? (variables[expression.name] ?? Number.NaN)
        : Number.NaN
    case 'unary': {
      const value = evaluate(expression.operand, variables)
      return expression.operator === '-' ? -value : value === 0 ? 1 : 0
    }
    case 'binary':
      return binary(
        expression.operator,
        evaluate(expression.left, variables),
        evaluate(expression.right, variables),
      )
    case 'choice':
      return evaluate(evaluate(expression.if, variables) === 0 ? expression.no : expression.yes, variables)
    case 'call': {
      const [first = Number.NaN, second = Number.NaN] = expression.values.map((one) =>
        evaluate(one, variables),
      )
      return functions[expression.name](first, second)
    }
  }
}

function binary(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '<':
      return Number(a < b)
    case '<=':
      return Number(a <= b)
    case '>':
      return Number(a > b)
    case '>=':
      return Number(a >= b)
    case '==':
      return Number(a === b)
    case '!=':
      return Number(a !== b)
    case '&&':
      return Number(a !== 0 && b !== 0)
    case '||':
      return Number(a !== 0 || b !== 0)
  }
}

/** @throws QueryError which points at what was not understood */
export function parseExpression(source: string, path: string): Expression {
  return new ExpressionParser(source, path).parse()
}

class ExpressionParser {
  readonly #source: string
  readonly #path: string
  readonly #tokens: readonly { readonly text: string; readonly at: number }[]
  #index = 0

  constructor(source: string, path: string) {
    this.#source = source
    this.#path = path
    if (source.length > LENGTH_MAX) throw this.#fail(`is longer than ${LENGTH_MAX} characters`)
    const pattern =
      /\s+|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_][\w.]*|&&|\|\||[=!<>]=|[-+*/%<>!?:(),;])|(.)/gy
    this.#tokens = [...source.matchAll(pattern)].flatMap((match) => {
      if (match[2] !== undefined) throw this.#fail(`has "${match[2]}" at character ${match.index}`)
      return match[1] === undefined ? [] : [{ text: match[1], at: match.index }]
    })
  }

  parse(): Expression {
    if (this.#peek() === 'return') this.#index += 1
    const expression = this.#choice(0)
    if (this.#peek() === ';') this.#index += 1
    const rest = this.#tokens[this.#index]
    if (rest !== undefined) throw this.#fail(`has "${rest.text}" at character ${rest.at} where it should end`)
    return expression
  }

  #choice(depth: number): Expression {
    if (depth > DEPTH_MAX) throw this.#fail(`is nested deeper than ${DEPTH_MAX}`)
    const condition = this.#binary(0, depth)
    if (!this.#take('?')) return condition
    const yes = this.#choice(depth + 1)
    this.#expect(':')
    return { kind: 'choice', if: condition, yes, no: this.#choice(depth + 1) }
  }

  #binary(level: number, depth: number): Expression {
    const operators = levels[level]
    if (operators === undefined) return this.#unary(depth)
    let left = this.#binary(level + 1, depth)
    for (;;) {
      const operator = operators.find((one) => one === this.#peek())
      if (operator === undefined) return left
      this.#index += 1
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1, depth) }
    }
  }

  #unary(depth: number): Expression {
    if (depth > DEPTH_MAX) throw this.#fail(`is nested deeper than ${DEPTH_MAX}`)
    if (this.#take('-')) return { kind: 'unary', operator: '-', operand: this.#unary(depth + 1) }
    if (this.#take('!')) return { kind: 'unary', operator: '!', operand: this.#unary(depth + 1) }
    if (this.#take('(')) {
      const inner = this.#choice(depth + 1)
      this.#expect(')')
      return inner
    }
    const token = this.#tokens[this.#index]
    if (token === undefined) throw this.#fail('ends where a value is expected')
    this.#index += 1
    if (/^\d/.test(token.text)) return { kind: 'number', value: Number(token.text) }
    if (token.text.startsWith('Math.')) return this.#call(token.text.slice('Math.'.length), token.at, depth)
    if (/^[A-Za-z_]/.test(token.text)) {
      return { kind: 'variable', name: token.text.replace(/^params\./, '') }
    }
    throw this.#fail(`has "${token.text}" at character ${token.at} where a value is expected`)
  }

  #call(name: string, at: number, depth: number): Expression {
    if (!isFunction(name)) {
      throw this.#fail(
        `has Math.${name} at character ${at}; there are ${Object.keys(functions)
          .map((one) => `Math.${one}`)
          .join(', ')}`,
      )
    }
    this.#expect('(')
    const values = [this.#choice(depth + 1)]
    while (this.#take(',')) values.push(this.#choice(depth + 1))
    this.#expect(')')
    if (values.length !== functions[name].length) {
      throw this.#fail(`gives Math.${name} ${values.length} values; it takes ${functions[name].length}`)
    }
    return { kind: 'call', name, values }
  }

  #peek(): string | undefined {
    return this.#tokens[this.#index]?.text
  }

  #take(text: string): boolean {
    if (this.#peek() !== text) return false
    this.#index += 1
    return true
  }

  #expect(text: string): void {
    if (this.#take(text)) return
    const found = this.#tokens[this.#index]
    throw this.#fail(
      found === undefined
        ? `ends where "${text}" is expected`
        : `has "${found.text}" at character ${found.at} where "${text}" is expected`,
    )
  }

  #fail(what: string): QueryError {
    return new QueryError(
      'parse',
      `[${this.#path}] ${what}: [${this.#source.slice(0, 200)}]. A script is a formula of numbers, params.NAME, + - * / %, comparisons, && || !, ?: and Math functions`,
    )
  }
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name)
}
