import { relative } from 'node:path'
import { inspect } from 'node:util'

/** The part of node's test events that the report is made of. */
export type TestEvent =
  | { readonly type: 'test:fail'; readonly data: Failure }
  | {
      readonly type: 'test:diagnostic'
      readonly data: { readonly nesting: number; readonly message: string; readonly file?: string }
    }
  | {
      readonly type: 'test:stdout' | 'test:stderr'
      readonly data: { readonly message: string; readonly file: string }
    }
  | { readonly type: 'test:summary'; readonly data: Summary }

interface Failure {
  readonly name: string
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly todo?: string | boolean | undefined
  readonly details: { readonly error: Error & { readonly failureType?: string } }
}

interface Summary {
  readonly file?: string | undefined
  readonly success: boolean
  readonly duration_ms: number
  readonly counts: {
    readonly tests: number
    readonly failed: number
    readonly cancelled: number
    readonly skipped: number
  }
}

/** A failed parent only repeats that a child failed. */
const REPEATS = 'subtestsFailed'

/**
 * Writes one line per finished file, each failure with its place, cause and what the file had printed, and node's
 * summary (`ℹ tests N` and so on) last. Answers whether all passed.
 */
export async function reportTests(
  events: AsyncIterable<{ readonly type: string; readonly data: unknown }>,
  fileCount: number,
  root: string,
  write: (line: string) => void,
): Promise<boolean> {
  const printed = new Map<string, string[]>()
  const summary: string[] = []
  let files = 0
  let passed = false
  for await (const event of events as AsyncIterable<TestEvent>) {
    switch (event.type) {
      case 'test:stdout':
      case 'test:stderr':
        printed.set(event.data.file, [...(printed.get(event.data.file) ?? []), event.data.message])
        break
      case 'test:fail':
        if (event.data.details.error.failureType !== REPEATS) write(failureText(event.data, root))
        break
      case 'test:diagnostic':
        if (event.data.nesting === 0 && event.data.file === undefined) summary.push(`ℹ ${event.data.message}`)
        break
      case 'test:summary':
        if (event.data.file === undefined) {
          passed = event.data.success
          break
        }
        write(fileLine(event.data, (files += 1), fileCount, root))
        if (!event.data.success)
          for (const text of printed.get(event.data.file) ?? []) write(indent(text.trimEnd()))
        printed.delete(event.data.file)
        break
    }
  }
  for (const line of summary) write(line)
  return passed
}

function fileLine(
  { file, success, counts, duration_ms }: Summary,
  number: number,
  total: number,
  root: string,
): string {
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`
  const failed = counts.failed + counts.cancelled === 0 ? '' : `, ${counts.failed + counts.cancelled} failed`
  const place = `[${String(number).padStart(String(total).length)}/${total}]`
  return `${place} ${success ? '✔' : '✖'} ${relative(root, file ?? '')} (${counts.tests} tests${failed}${skipped}, ${Math.round(duration_ms)} ms)`
}

function failureText({ name, file, line, details }: Failure, root: string): string {
  const place = file === undefined ? '' : ` (${relative(root, file)}:${line ?? 1})`
  const cause = details.error.cause
  return `✖ ${name}${place}\n${indent(cause instanceof Error ? errorText(cause) : inspect(cause ?? details.error))}`
}

function errorText(error: Error): string {
  const own = (error.stack ?? error.message)
    .split('\n')
    .filter((line) => !/^\s+at .*\(?node:internal/.test(line))
    .join('\n')
  return error.cause === undefined ? own : `${own}\ncaused by ${inspect(error.cause)}`
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
