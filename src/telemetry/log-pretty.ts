import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

const LEVEL_STYLES: Readonly<Record<string, Style>> = {
  trace: 'gray',
  debug: 'cyan',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: ['bold', 'red'],
}

/** Turns a JSON line of the log into one for people: `12:30:01.250Z info  wal  recovered records=12 took=31`. */
export function prettyLine(json: string, colour: boolean): string {
  const paint = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text
  const { level, time, component, message, error, ...fields } = parseLine(json)
  const name = text(level)
  const pairs = Object.entries(fields).map(([key, value]) => `${paint('dim', `${key}=`)}${text(value)}`)
  const line = [
    paint('dim', text(time).slice(11, 24)),
    paint(LEVEL_STYLES[name] ?? 'white', name.padEnd(5)),
    paint('blue', text(component)),
    text(message),
    ...pairs,
  ].join(' ')
  return error === undefined ? `${line}\n` : `${line}\n${paint('dim', indent(errorText(error)))}\n`
}

function parseLine(json: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(json)
  return isRecord(parsed) ? parsed : {}
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  if (typeof value === 'string') return hasControl(value) ? JSON.stringify(value) : value
  return value === undefined ? '' : JSON.stringify(value)
}

/** Texts from outside must not move the cursor or forge further lines. */
function hasControl(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    if (code < 32 || (code >= 127 && code < 160)) return true
  }
  return false
}

function errorText(error: unknown): string {
  if (!isRecord(error)) return text(error)
  const { stack, message, cause } = error
  const own = typeof stack === 'string' ? stack.split('\n').map(text).join('\n') : text(message)
  return cause === undefined ? own : `${own}\ncaused by: ${errorText(cause)}`
}

function indent(lines: string): string {
  return lines.replaceAll(/^/gm, '    ')
}
