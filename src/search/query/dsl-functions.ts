import { QueryError } from '../budget.ts'
import { defaultDateParsers } from './date-format.ts'
import { parseDate } from './date-math.ts'
import { DslObject } from './dsl-object.ts'
import type { DslScope } from './dsl-scope.ts'
import type { QueryValue, ScoreFunction, ScoreFunctionValue } from './query.ts'

const FUNCTIONS_MAX = 100
const modifiers = [
  'none',
  'log',
  'log1p',
  'log2p',
  'ln',
  'ln1p',
  'ln2p',
  'square',
  'sqrt',
  'reciprocal',
] as const

/** The functions of a `function_score`: a list, or a single one written beside the query. */
export function scoreFunctions(object: DslObject, scope: DslScope): readonly ScoreFunction[] {
  const list = object.list('functions')
  const single = oneFunction(object, scope)
  if (list.length > 0 && single !== null)
    throw new QueryError(
      'parse',
      `${object.path} has 'functions' and a single function; put it into the list.`,
    )
  if (list.length > FUNCTIONS_MAX)
    throw new QueryError(
      'illegal_argument',
      `${object.at('functions')} has more than ${FUNCTIONS_MAX} functions.`,
    )
  if (single !== null) return [single]
  return list.map(({ value, path }) => {
    const body = new DslObject(value, path)
    const filter = body.has('filter') ? scope.query(body.raw('filter'), body.at('filter')) : null
    const found = oneFunction(body, scope)
    if (found === null)
      throw new QueryError(
        'parse',
        `${path} has no function: weight, field_value_factor, gauss, exp, linear or random_score.`,
      )
    body.finish()
    return { ...found, filter }
  })
}

function oneFunction(body: DslObject, scope: DslScope): ScoreFunction | null {
  const weight = body.number('weight')
  const values: ScoreFunctionValue[] = []
  const factor = body.object('field_value_factor')
  if (factor !== null) values.push(fieldValueFactor(factor))
  const random = body.object('random_score')
  if (random !== null) values.push(randomScore(random))
  for (const shape of ['gauss', 'exp', 'linear'] as const) {
    const decay = body.object(shape)
    if (decay !== null) values.push(decayFunction(shape, decay, scope))
  }
  if (values.length > 1) throw new QueryError('parse', `${body.path} has several functions; it takes one.`)
  const [value] = values
  if (value === undefined && weight === null) return null
  return { filter: null, weight: weight ?? 1, value: value ?? { kind: 'constant' } }
}

function fieldValueFactor(body: DslObject): ScoreFunctionValue {
  const value: ScoreFunctionValue = {
    kind: 'field_value_factor',
    field: body.required('field', body.string('field')),
    factor: body.number('factor') ?? 1,
    modifier: body.oneOf('modifier', modifiers) ?? 'none',
    missing: body.number('missing'),
  }
  body.finish()
  return value
}

function randomScore(body: DslObject): ScoreFunctionValue {
  const seed = body.value('seed')
  body.only('field', '_offset', 'the number comes from the seed and the place of the record')
  body.finish()
  return { kind: 'random', seed: seed === null ? 0 : seedOf(seed) }
}

function seedOf(seed: QueryValue): number {
  if (typeof seed === 'number') return Math.trunc(seed) | 0
  let hash = 0
  for (const character of String(seed)) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0
  return hash
}

function decayFunction(
  shape: 'gauss' | 'exp' | 'linear',
  body: DslObject,
  scope: DslScope,
): ScoreFunctionValue {
  const mode = body.oneOf('multi_value_mode', ['min', 'max', 'avg', 'sum']) ?? 'min'
  const fields = body.keys().filter((key) => key !== 'multi_value_mode')
  const [field] = fields
  const settings = field === undefined ? null : body.object(field)
  if (field === undefined || settings === null || fields.length > 1)
    throw new QueryError('parse', `${body.path} takes one field with origin and scale.`)
  const origin = settings.value('origin')
  const scale = amount(settings.required('scale', settings.value('scale')), settings.at('scale'))
  const offset = settings.value('offset')
  const decay = settings.number('decay') ?? 0.5
  if (scale <= 0) throw new QueryError('illegal_argument', `${settings.at('scale')} must be above 0.`)
  if (decay <= 0 || decay >= 1)
    throw new QueryError(
      'illegal_argument',
      `${settings.at('decay')} is ${decay}; it must lie between 0 and 1.`,
    )
  settings.finish()
  body.finish()
  return {
    kind: 'decay',
    shape,
    field,
    origin: origin === null ? scope.now : originOf(origin, settings.at('origin'), scope),
    scale,
    offset: offset === null ? 0 : amount(offset, settings.at('offset')),
    decay,
    mode,
  }
}

function originOf(value: QueryValue, path: string, scope: DslScope): number {
  if (typeof value === 'number') return value
  const number = Number(value)
  if (String(value).trim() !== '' && Number.isFinite(number)) return number
  const options = { now: scope.now, zone: scope.timeZone, parsers: defaultDateParsers, roundUp: false }
  const date = parseDate(String(value), options)
  if (date !== null) return date
  throw new QueryError('parse', `${path} is '${String(value)}'; it must be a number or a date.`)
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A number, or a time such as `10d` in milliseconds. */
function amount(value: QueryValue, path: string): number {
  if (typeof value === 'number') return value
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(String(value).trim())
  if (match === null)
    throw new QueryError(
      'parse',
      `${path} is '${String(value)}'; it must be a number or a time such as 10d, 2h, 30s.`,
    )
  return Number(match[1]) * (units[match[2] ?? 'ms'] ?? 1)
}
