import type { RecordHeader } from '../../records/record.ts'
import { CliError, usageError } from '../cli-error.ts'
import { parseTemplate, type Token } from './template.ts'

/** What an input format reads of a record; what it does not mention is absent. */
export interface ReadRecord {
  topic?: string
  key?: Buffer
  value?: Buffer
  partition?: number
  timestamp?: number
  headers: RecordHeader[]
}

/** Bytes that one record may have, so that a delimiter that never comes does not fill the memory. */
const MAX_RECORD_BYTES = 256 * 1024 * 1024

/** Thrown inside when the input so far does not decide. */
const needMore = Symbol('more input is needed')

interface Scanner {
  readonly input: Buffer
  at: number
  readonly atEnd: boolean
}

type Step = (scanner: Scanner, state: State) => void

interface State {
  readonly record: ReadRecord
  readonly sizes: Map<string, number>
  headerCount: number | null
}

/**
 * Cuts input into records by a format such as `%k %v\n`, which is matched over and over. Fields end at the text that follows them, or
 * have a size (`%K{big32}%k`). Input comes in pieces of any size; `end` says that there is no more.
 */
export class RecordReader {
  readonly #steps: readonly Step[]
  readonly #format: string
  #input: Buffer = Buffer.alloc(0)
  #records = 0

  constructor(format: string) {
    this.#format = format
    const tokens = parseTemplate(format)
    if (!tokens.some((token) => token.kind === 'verb')) {
      throw usageError(`the input format "${format}" reads nothing; expected something like '%v\\n'`)
    }
    this.#steps = compileSteps(tokens, readField)
  }

  /** The records that this piece completes. */
  *push(piece: Buffer): Generator<ReadRecord, void> {
    this.#input = this.#input.length === 0 ? piece : Buffer.concat([this.#input, piece])
    yield* this.#read(false)
    if (this.#input.length > MAX_RECORD_BYTES) {
      throw new CliError(
        `record ${this.#records + 1} of the input does not end within ${MAX_RECORD_BYTES} bytes; does the format "${this.#format}" match it?`,
      )
    }
  }

  /** The last records; the text at the end of the format may be missing from the last one. */
  *end(): Generator<ReadRecord, void> {
    yield* this.#read(true)
  }

  *#read(atEnd: boolean): Generator<ReadRecord, void> {
    const scanner: Scanner = { input: this.#input, at: 0, atEnd }
    while (scanner.at < scanner.input.length) {
      const start = scanner.at
      const record = this.#readOne(scanner)
      if (record === null) {
        scanner.at = start
        break
      }
      this.#records++
      yield record
    }
    this.#input = scanner.input.subarray(scanner.at)
  }

  #readOne(scanner: Scanner): ReadRecord | null {
    const state: State = { record: { headers: [] }, sizes: new Map(), headerCount: null }
    try {
      for (const step of this.#steps) step(scanner, state)
      return state.record
    } catch (error) {
      if (error === needMore) {
        if (!scanner.atEnd) return null
        throw new CliError(
          `the input ends within record ${this.#records + 1}; the format is "${this.#format}"`,
        )
      }
      if (!(error instanceof CliError)) throw error
      throw new CliError(`record ${this.#records + 1} of the input: ${error.message}`, 1, { cause: error })
    }
  }
}

type FieldReader = (verb: string, modifier: string | null, delimiter: Buffer | null) => Step

function compileSteps(tokens: readonly Token[], field: FieldReader): Step[] {
  return tokens.map((token, index) => {
    const next = tokens[index + 1]
    if (token.kind === 'verb')
      return field(token.verb, token.modifier, next?.kind === 'text' ? next.bytes : null)
    return expectText(token.bytes, index === tokens.length - 1)
  })
}

function expectText(text: Buffer, isLast: boolean): Step {
  return (scanner) => {
    const found = scanner.input.subarray(scanner.at, scanner.at + text.length)
    if (found.equals(text)) {
      scanner.at += text.length
      return
    }
    const couldCome = found.length < text.length && text.subarray(0, found.length).equals(found)
    if (couldCome && isLast && scanner.atEnd) scanner.at += found.length
    else if (couldCome) throw needMore
    else
      throw new CliError(
        `expected ${JSON.stringify(text.toString())}, found ${JSON.stringify(found.toString())}`,
      )
  }
}

const sizeVerbs = new Set(['T', 'K', 'V'])

function readField(verb: string, modifier: string | null, delimiter: Buffer | null): Step {
  if (sizeVerbs.has(verb)) {
    const read = numberReader(verb, modifier)
    return (scanner, state) => void state.sizes.set(verb, read(scanner))
  }
  switch (verb) {
    case 't':
      return textStep(verb, modifier, delimiter, (record, bytes) => (record.topic = bytes.toString()))
    case 'k':
      return textStep(verb, modifier, delimiter, (record, bytes) => (record.key = bytes))
    case 'v':
      return textStep(verb, modifier, delimiter, (record, bytes) => (record.value = bytes))
    case 'p': {
      const read = numberReader(verb, modifier)
      return (scanner, { record }) => void (record.partition = read(scanner))
    }
    case 'd': {
      const read = numberReader(verb, modifier)
      return (scanner, { record }) => void (record.timestamp = read(scanner))
    }
    case 'H': {
      const read = numberReader(verb, modifier)
      return (scanner, state) => void (state.headerCount = read(scanner))
    }
    case 'h':
      return headersStep(modifier)
    default:
      throw usageError(`%${verb} cannot be read; an input format has %t %T %k %K %v %V %h %H %p %d`)
  }
}

function textStep(
  verb: string,
  modifier: string | null,
  delimiter: Buffer | null,
  assign: (record: ReadRecord, bytes: Buffer) => void,
): Step {
  const sizeVerb = verb.toUpperCase()
  const [, expression] =
    /^re(?:\[(.*)\]|#(.*)#|\((.*)\))$/s.exec(modifier ?? '')?.filter((group) => group !== undefined) ?? []
  const cut =
    expression === undefined ? (modifier === 'json' ? cutJson : cutBefore(delimiter)) : cutMatch(expression)
  const decode = decoderOf(verb, expression === undefined ? modifier : null)
  return (scanner, { record, sizes }) => {
    const size = sizes.get(sizeVerb)
    const end = size === undefined ? cut(scanner) : scanner.at + size
    if (end > scanner.input.length) throw needMore
    // A copy: the input is thrown away piece by piece while records wait to be acknowledged.
    assign(record, decode(Buffer.from(scanner.input.subarray(scanner.at, end))))
    scanner.at = end
  }
}

function cutBefore(delimiter: Buffer | null): (scanner: Scanner) => number {
  return ({ input, at, atEnd }) => {
    const found = delimiter === null ? -1 : input.indexOf(delimiter, at)
    if (found >= 0) return found
    if (atEnd) return input.length
    throw needMore
  }
}

function cutMatch(expression: string): (scanner: Scanner) => number {
  const pattern = new RegExp(expression, 'y')
  return ({ input, at, atEnd }) => {
    // latin1 has one character for each byte, so positions in the text are positions in the input.
    pattern.lastIndex = 0
    const match = pattern.exec(input.toString('latin1', at))
    const end = match === null ? -1 : at + match[0].length
    if (match === null && atEnd) throw new CliError(`nothing here matches the expression ${expression}`)
    // A match that reaches the end of what is there might go on in the next piece.
    if (match === null || (end === input.length && !atEnd)) throw needMore
    return end
  }
}

/** The end of the JSON value that begins at the position: brackets are counted, strings are skipped. */
function cutJson({ input, at, atEnd }: Scanner): number {
  let depth = 0
  let inString = false
  let started = false
  for (let position = at; position < input.length; position++) {
    const character = String.fromCharCode(input[position] ?? 0)
    if (inString) {
      if (character === '\\') position++
      else if (character === '"') {
        inString = false
        if (depth === 0) return position + 1
      }
    } else if (character === '"') {
      inString = true
      started = true
    } else if (character === '{' || character === '[') {
      depth++
      started = true
    } else if (character === '}' || character === ']') {
      if (depth === 0) return position
      if (--depth === 0) return position + 1
    } else if (depth === 0 && started && /[\s,]/.test(character)) return position
    else if (!/\s/.test(character)) started = true
  }
  if (atEnd && started && depth === 0 && !inString) return input.length
  throw needMore
}

function decoderOf(verb: string, modifier: string | null): (bytes: Buffer) => Buffer {
  switch (modifier) {
    case null:
    case '':
      return (bytes) => bytes
    case 'hex':
      return decodeHex
    case 'base64':
      return (bytes) => Buffer.from(bytes.toString('latin1'), 'base64')
    case 'json':
      return compactJson
    default:
      throw usageError(`%${verb}{${modifier}} cannot be read; there are hex, base64, json, re[expression]`)
  }
}

function decodeHex(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1')
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new CliError(`${JSON.stringify(text)} is not hexadecimal`)
  return Buffer.from(text, 'hex')
}

/** Takes white space out between the tokens. The tokens stay as they are: numbers of 64 bits must not become doubles. */
function compactJson(bytes: Buffer): Buffer {
  const text = bytes.toString()
  try {
    JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new CliError(`this is no JSON: ${error.message}`)
  }
  return Buffer.from(text.replace(/("(?:[^"\\]|\\.)*")|\s+/gs, '$1'))
}

function headersStep(modifier: string | null): Step {
  if (modifier === null || modifier === '')
    throw usageError('%h needs a format for each header, as in %H{1}%h{%k=%v }')
  const steps = compileSteps(parseTemplate(modifier), (verb, inner, delimiter) => {
    if ('kKvV'.includes(verb)) return readField(verb, inner, delimiter)
    throw usageError(`%h{${modifier}}: a header has %k %K %v %V, no %${verb}`)
  })
  return (scanner, state) => {
    if (state.headerCount === null)
      throw new CliError('the number of headers, %H, must stand before %h in the format')
    for (let index = 0; index < state.headerCount; index++) {
      const inner: State = { record: { headers: [] }, sizes: new Map(), headerCount: null }
      for (const step of steps) step(scanner, inner)
      state.record.headers.push({
        key: (inner.record.key ?? Buffer.alloc(0)).toString(),
        value: inner.record.value ?? null,
      })
    }
  }
}

/** Reads a number: digits (`%K`), so many digits (`%K{3}`), hexadecimal, binary or a word. */
function numberReader(verb: string, modifier: string | null): (scanner: Scanner) => number {
  if (modifier === null || modifier === '' || modifier === 'ascii' || modifier === 'number') return readDigits
  if (/^\d+$/.test(modifier)) return (scanner) => parseDigits(take(scanner, Number(modifier)), /^\d+$/, 10)
  if (modifier === 'byte') return (scanner) => take(scanner, 1).readUInt8()
  if (modifier === 'bool') return readBool
  if (modifier === 'hex4') return (scanner) => parseDigits(take(scanner, 1), /^[0-9a-fA-F]+$/, 16)
  const [, kind, bits] = /^(hex|big|little)(8|16|32|64)$/.exec(modifier) ?? []
  if (kind === undefined) throw usageError(`%${verb}{${modifier}} is no number format that can be read`)
  const bytes = Number(bits) / 8
  if (kind === 'hex') return (scanner) => parseDigits(take(scanner, bytes * 2), /^[0-9a-fA-F]+$/, 16)
  return (scanner) => {
    const taken = Buffer.from(take(scanner, bytes))
    if (kind === 'little') taken.reverse()
    return safe(BigInt(`0x${taken.toString('hex')}`))
  }
}

function take(scanner: Scanner, size: number): Buffer {
  const end = scanner.at + size
  if (end > scanner.input.length) throw needMore
  const taken = scanner.input.subarray(scanner.at, end)
  scanner.at = end
  return taken
}

function parseDigits(bytes: Buffer, pattern: RegExp, radix: 10 | 16): number {
  const text = bytes.toString('latin1')
  if (!pattern.test(text)) throw new CliError(`${JSON.stringify(text)} is no number`)
  return safe(BigInt(radix === 16 ? `0x${text}` : text))
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new CliError(`the number ${value} is too large`)
  return Number(value)
}

function readDigits(scanner: Scanner): number {
  let end = scanner.at
  while (end < scanner.input.length && /\d/.test(String.fromCharCode(scanner.input[end] ?? 0))) end++
  if (end === scanner.input.length && !scanner.atEnd) throw needMore
  const digits = scanner.input.subarray(scanner.at, end)
  if (digits.length === 0) throw new CliError('a number was expected')
  scanner.at = end
  return parseDigits(digits, /^\d+$/, 10)
}

function readBool(scanner: Scanner): number {
  const rest = scanner.input.toString('latin1', scanner.at, scanner.at + 5)
  const word = rest.startsWith('true') ? 'true' : rest === 'false' ? 'false' : null
  if (word === null) {
    if (!scanner.atEnd && ('true'.startsWith(rest) || 'false'.startsWith(rest))) throw needMore
    throw new CliError(`${JSON.stringify(rest)} is neither true nor false`)
  }
  scanner.at += word.length
  return word === 'true' ? 1 : 0
}
