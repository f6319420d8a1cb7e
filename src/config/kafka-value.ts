import type { KafkaType } from './kafka-type.ts'

/** What Kafka allows as a value of a config. */
export interface KafkaDomain {
  readonly kafkaType: KafkaType
  readonly min?: number
  readonly max?: number
  /** Numbers that are allowed although they lie outside the bounds. */
  readonly also?: readonly number[]
  readonly values?: readonly string[]
  readonly anyCase?: boolean
}

export type KafkaScalar = boolean | number | string | readonly string[]

export type KafkaValue =
  | { readonly kind: 'value'; readonly value: KafkaScalar; readonly text: string }
  | { readonly kind: 'problem'; readonly message: string }

const INTEGER_RANGES = {
  short: { min: -(2n ** 15n), max: 2n ** 15n - 1n },
  int: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  long: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
} as const

/**
 * Reads a value as Kafka's ConfigDef does, without units and with Kafka's error texts, because clients and tests know
 * them. 64-bit values beyond 2^53 are exact in `text` and saturate at the greatest safe integer in `value`.
 */
export function parseKafkaValue(name: string, domain: KafkaDomain, raw: string): KafkaValue {
  return parsers[domain.kafkaType](name, domain, raw)
}

type Parser = (name: string, domain: KafkaDomain, raw: string) => KafkaValue

const parsers: Readonly<Record<KafkaType, Parser>> = {
  boolean: parseBoolean,
  short: (name, domain, raw) => parseInteger(name, domain, 'short', raw),
  int: (name, domain, raw) => parseInteger(name, domain, 'int', raw),
  long: (name, domain, raw) => parseInteger(name, domain, 'long', raw),
  double: parseDouble,
  list: parseList,
  string: parseString,
  class: parseString,
  password: parseString,
}

function parseBoolean(name: string, _domain: KafkaDomain, raw: string): KafkaValue {
  const word = raw.trim().toLowerCase()
  if (word === 'true' || word === 'false') return { kind: 'value', value: word === 'true', text: word }
  return invalid(name, raw, 'Expected value to be either true or false')
}

function parseString(name: string, domain: KafkaDomain, raw: string): KafkaValue {
  const text = raw.trim()
  const reason = notAllowed(domain, text)
  return reason === null ? { kind: 'value', value: text, text } : invalid(name, text, reason)
}

function invalid(name: string, value: string, reason: string): KafkaValue {
  return { kind: 'problem', message: `Invalid value ${value} for configuration ${name}: ${reason}` }
}

function parseInteger(
  name: string,
  domain: KafkaDomain,
  type: 'short' | 'int' | 'long',
  raw: string,
): KafkaValue {
  const text = raw.trim()
  const notANumber = `Not a number of type ${type.toUpperCase()}`
  if (!/^[+-]?\d{1,30}$/.test(text)) return invalid(name, raw, notANumber)
  const exact = BigInt(text)
  const range = INTEGER_RANGES[type]
  if (exact < range.min || exact > range.max) return invalid(name, raw, notANumber)
  const value = Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(exact)))
  const reason = outside(domain, value)
  return reason === null
    ? { kind: 'value', value, text: exact.toString() }
    : invalid(name, exact.toString(), reason)
}

function parseDouble(name: string, domain: KafkaDomain, raw: string): KafkaValue {
  const text = raw.trim()
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) return invalid(name, raw, 'Not a number of type DOUBLE')
  const reason = outside(domain, value)
  return reason === null
    ? { kind: 'value', value, text: formatDouble(value) }
    : invalid(name, formatDouble(value), reason)
}

function parseList(name: string, domain: KafkaDomain, raw: string): KafkaValue {
  const text = raw.trim()
  const elements = text === '' ? [] : text.split(/\s*,\s*/)
  const refuse = (reason: string): KafkaValue => ({
    kind: 'problem',
    message: `Configuration '${name}' values must not be ${reason}.`,
  })
  if (new Set(elements).size !== elements.length) return refuse('duplicated')
  for (const element of elements) {
    if (element === '') return refuse('empty')
    const reason = notAllowed(domain, element)
    if (reason !== null) return invalid(name, element, reason)
  }
  return { kind: 'value', value: elements, text: elements.join(',') }
}

function outside(domain: KafkaDomain, value: number): string | null {
  const { min, max, also } = domain
  if (also?.includes(value) === true) return null
  const low = min !== undefined && value < min
  const high = max !== undefined && value > max
  if (!low && !high) return null
  if (also !== undefined) return `Value must be between ${min} and ${max} or equal to ${also.join(', ')}`
  return low ? `Value must be at least ${min}` : `Value must be no more than ${max}`
}

function notAllowed(domain: KafkaDomain, text: string): string | null {
  if (domain.values === undefined) return null
  const same = (value: string): boolean =>
    domain.anyCase === true ? value.toLowerCase() === text.toLowerCase() : value === text
  if (domain.values.some(same)) return null
  const which = domain.anyCase === true ? 'String must be one of (case insensitive)' : 'String must be one of'
  return `${which}: ${domain.values.join(', ')}`
}

/** As Java's Double.toString: always a decimal point, an exponent from 10^7 on and below 10^-3. */
export function formatDouble(value: number): string {
  const size = Math.abs(value)
  if (value !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e')
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
