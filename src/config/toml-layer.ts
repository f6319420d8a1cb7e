import { parse, TomlError } from 'smol-toml'
import type { ConfigProblem } from './config-error.ts'
import { interpolate, type Variables } from './interpolate.ts'
import type { SettingInput } from './setting-input.ts'

export interface ConfigFile {
  /** For messages only. */
  readonly path: string
  readonly text: string
}

export interface LayerResult {
  readonly inputs: readonly SettingInput[]
  readonly problems: readonly ConfigProblem[]
}

/**
 * Reads a TOML file. Nested tables become dotted names, so `[wal]` with `sync = "os"` is `wal.sync`; arrays become
 * lists. `${NAME}` and `${NAME:-default}` in strings take the environment variable.
 */
export function readTomlLayer(file: ConfigFile, environment: Variables): LayerResult {
  let root: Readonly<Record<string, unknown>>
  try {
    root = parse(file.text, { integersAsBigInt: 'asNeeded', maxDepth: 16 })
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    return { inputs: [], problems: [syntaxProblem(file, error)] }
  }
  const inputs: SettingInput[] = []
  const problems: ConfigProblem[] = []
  const visit = (table: Readonly<Record<string, unknown>>, prefix: string): void => {
    for (const [key, value] of Object.entries(table)) {
      const name = prefix + key
      if (isTable(value)) {
        visit(value, `${name}.`)
        continue
      }
      const text = Array.isArray(value) ? listText(value, environment) : scalarText(value, environment)
      if ('text' in text) {
        const source = { kind: 'file', path: file.path } as const
        inputs.push({ name, raw: text.text, isList: Array.isArray(value), source })
      } else problems.push(valueProblem(file, name, text.problem))
    }
  }
  visit(root, '')
  return { inputs, problems }
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

type ScalarText = { readonly text: string } | { readonly problem: string }

function scalarText(value: unknown, environment: Variables): ScalarText {
  if (typeof value === 'string') return interpolate(value, environment)
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return { text: String(value) }
  }
  return { problem: 'expected a string, a number, true, false or a list of those' }
}

function listText(list: readonly unknown[], environment: Variables): ScalarText {
  const elements: string[] = []
  for (const element of list) {
    const text = scalarText(element, environment)
    if ('problem' in text) return text
    if (text.text.includes(',')) return { problem: `the element "${text.text}" must not contain a comma` }
    elements.push(text.text)
  }
  return { text: elements.join(',') }
}

function syntaxProblem(file: ConfigFile, error: TomlError): ConfigProblem {
  const reason = error.message.split('\n')[0] ?? ''
  const hint = /already|redefine/i.test(reason)
    ? ' A name that is also the beginning of another one, such as max.connections, must stand in quotes: "max.connections" = 100.'
    : ''
  return {
    code: 'CONFIG_INVALID_FILE',
    key: file.path,
    value: null,
    message: `${file.path} line ${error.line}, column ${error.column}: ${reason}.${hint}`,
  }
}

function valueProblem(file: ConfigFile, name: string, reason: string): ConfigProblem {
  return {
    code: 'CONFIG_INVALID_VALUE',
    key: name,
    value: null,
    message: `${name} (in ${file.path}): ${reason}.`,
  }
}
