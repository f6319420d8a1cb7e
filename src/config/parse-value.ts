import { formatAddress, parseAddress, type Address } from './address.ts'
import type { Property, PropertyType, Value } from './property.ts'
import { didYouMean } from '../util/suggest.ts'

/** A value as the program uses it and as text in the base unit, which is exact for 64-bit numbers too. */
export interface ParsedValue {
  readonly kind: 'value'
  readonly value: Value
  readonly text: string | null
}

export interface ValueProblem {
  readonly kind: 'problem'
  /** What was expected, e.g. `expected a duration such as "500ms" or "7d"`. */
  readonly message: string
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const BYTE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

const INT = { min: -(2 ** 31), max: 2 ** 31 - 1 }
const LONG_LIMIT = 2n ** 63n

/** Reads the text of a setting. `null` stands for "not set", which only rows without a default allow. */
export function parseValue(property: Property, raw: string | null): ParsedValue | ValueProblem {
  if (raw === null) {
    return property.default === null ? parsed(null, null) : problem('expected a value')
  }
  return parsers[property.type](property, raw)
}

type Parser = (property: Property, raw: string) => ParsedValue | ValueProblem

const parsers: Readonly<Record<PropertyType, Parser>> = {
  boolean: (_property, raw) => parseBoolean(raw.trim()),
  int: (property, raw) => parseInteger(property, raw.trim()),
  long: (property, raw) => parseInteger(property, raw.trim()),
  double: (property, raw) => parseDouble(property, raw.trim()),
  'duration-ms': (property, raw) =>
    parseUnits(property, raw.trim(), DURATION_UNITS, 'a duration such as "500ms", "30s" or "7d"'),
  bytes: (property, raw) => parseUnits(property, raw.trim(), BYTE_UNITS, 'a size such as "64KiB" or "1GiB"'),
  string: (_property, raw) => parsed(raw.trim(), raw.trim()),
  // Spaces may be part of a password.
  password: (_property, raw) => parsed(raw, raw),
  enum: (property, raw) => parseEnum(property, raw.trim()),
  list: (property, raw) => parseList(property, raw.trim()),
  address: (property, raw) => parseAddressValue(property, raw.trim()),
}

function parsed(value: Value, text: string | null): ParsedValue {
  return { kind: 'value', value, text }
}

function problem(message: string): ValueProblem {
  return { kind: 'problem', message }
}

function parseBoolean(text: string): ParsedValue | ValueProblem {
  const word = text.toLowerCase()
  if (word === 'true' || word === 'false') return parsed(word === 'true', word)
  return problem('expected true or false')
}

function parseInteger(property: Property, text: string): ParsedValue | ValueProblem {
  if (!/^[+-]?\d{1,20}$/.test(text)) return problem('expected a whole number')
  return checkedInteger(property, BigInt(text))
}

function parseDouble(property: Property, text: string): ParsedValue | ValueProblem {
  const number = Number(text)
  if (text === '' || !Number.isFinite(number)) return problem('expected a number')
  const outside = outOfBounds(property, number)
  return outside === null ? parsed(number, text) : problem(outside)
}

function parseUnits(
  property: Property,
  text: string,
  units: Readonly<Record<string, number>>,
  expected: string,
): ParsedValue | ValueProblem {
  if (/^[+-]?\d{1,20}$/.test(text)) return checkedInteger(property, BigInt(text))
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s*([a-zA-Z]+)$/.exec(text)
  if (match === null) return problem(`expected ${expected}`)
  const unit = match[2] ?? ''
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined
  if (factor === undefined) {
    return problem(`unknown unit "${unit}", expected one of ${Object.keys(units).join(', ')}`)
  }
  const amount = Number(match[1]) * factor
  const whole = Math.round(amount)
  // 0.1 * 1000 and the like may miss the whole number by a rounding error, "0.3ms" misses it truly.
  if (!Number.isSafeInteger(whole) || Math.abs(amount - whole) > 1e-6 * Math.max(1, amount)) {
    return problem(`expected a whole number of ${units === BYTE_UNITS ? 'bytes' : 'milliseconds'}`)
  }
  return checkedInteger(property, BigInt(whole))
}

/** 64-bit values beyond 2^53 are kept exactly in the text and become the greatest safe integer as a number. */
function checkedInteger(property: Property, exact: bigint): ParsedValue | ValueProblem {
  if (exact >= LONG_LIMIT || exact < -LONG_LIMIT) return problem('expected a number of at most 64 bits')
  const saturated = Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(exact)))
  const outside = outOfBounds(property, saturated)
  return outside === null ? parsed(saturated, exact.toString()) : problem(outside)
}

function outOfBounds(property: Property, number: number): string | null {
  const min = property.min ?? (property.type === 'int' ? INT.min : undefined)
  const max = property.max ?? (property.type === 'int' ? INT.max : undefined)
  if (property.also?.includes(number) === true) return null
  if (min !== undefined && number < min) return `expected at least ${describeNumber(property, min)}`
  if (max !== undefined && number > max) return `expected at most ${describeNumber(property, max)}`
  return null
}

function describeNumber(property: Property, number: number): string {
  if (property.type === 'duration-ms') return `${number} ms`
  if (property.type === 'bytes') return `${number} bytes`
  return property.unit === undefined ? String(number) : `${number} ${property.unit}`
}

function parseEnum(property: Property, text: string): ParsedValue | ValueProblem {
  const values = property.values ?? []
  if (values.includes(text)) return parsed(text, text)
  const folded = values.find((value) => value.toLowerCase() === text.toLowerCase())
  if (folded !== undefined) return parsed(folded, folded)
  return problem(`expected one of ${values.join(', ')}${didYouMean(text, values)}`)
}

function parseList(property: Property, text: string): ParsedValue | ValueProblem {
  const elements = text === '' ? [] : text.split(',').map((element) => element.trim())
  if (elements.includes('')) return problem('expected elements between the commas')
  if (new Set(elements).size !== elements.length) return problem('expected each element only once')
  const unknown = elements.find((element) => property.values?.includes(element) === false)
  if (unknown !== undefined) {
    const allowed = property.values ?? []
    return problem(`"${unknown}" is not one of ${allowed.join(', ')}${didYouMean(unknown, allowed)}`)
  }
  return parsed(elements, elements.join(','))
}

function parseAddressValue(property: Property, text: string): ParsedValue | ValueProblem {
  if (property.auto === true && text === 'auto') return parsed('auto', 'auto')
  const address: Address | null = parseAddress(text)
  if (address !== null) return parsed(address, formatAddress(address))
  const words = property.auto === true ? '"auto" or host:port' : 'host:port'
  return problem(`expected ${words}, for example 127.0.0.1:9092 or [::1]:9092`)
}
