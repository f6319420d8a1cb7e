import type { RunnerTest } from './tests.ts'

const DETAIL_LENGTH = 300
const SUMMARY_LINES = 4

/** `skipped` is the verdict of a test that found nothing here that it could test. */
export interface Verdict {
  readonly state: 'passed' | 'failed' | 'skipped'
  /** Why it failed or was skipped, in its own words. */
  readonly detail: string
  /** 0 when the runner left no report. */
  readonly seconds: number
}

/**
 * What became of a test, from the report of the runner and from what it printed. A test that aborted the runner leaves no
 * report; how the process ends after the report says nothing about the broker: on a busy machine it complains that the threads
 * of a client which is being destroyed are still there a second later.
 */
export function verdictOf({ name, part }: RunnerTest, report: string, output: string): Verdict {
  // Not parsed as JSON: the runner does not escape what it puts into strings.
  const row = new RegExp(`"name": "${name}", "state": "([A-Z_]+)".*?"duration": ([0-9.]+)`).exec(report)
  const seconds = Number(row?.[2] ?? 0)
  const detail = reasonIn(name, output)
  if (row?.[1] === 'SKIPPED') return { state: 'skipped', detail, seconds }
  if (row?.[1] !== 'PASSED') return { state: 'failed', detail, seconds }
  if (part !== undefined && !output.includes(': PASS ('))
    return { state: 'skipped', detail: 'no part of it ran', seconds }
  return { state: 'passed', detail: '', seconds }
}

/**
 * The first complaint of the test itself or, of one that was skipped, the end of its row in the summary. The summary is lost when
 * the runner aborts.
 */
function reasonIn(name: string, output: string): string {
  const complaint = new RegExp(`### Test "${name}.*" failed at (.+) at .+: ###.*\\n(.*)`).exec(output)
  const row = output.split('\n').findLast((line) => line.startsWith('|') && line.includes(` ${name} `))
  const reason = complaint === null ? row?.split('|').slice(4).join('|') : `${complaint[1]}: ${complaint[2]}`
  const trimmed = plain(reason ?? '').trim()
  return (trimmed === '' ? lastLines(output) : trimmed).slice(0, DETAIL_LENGTH)
}

function lastLines(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-SUMMARY_LINES).join(' ')
  return plain(lines).slice(-DETAIL_LENGTH)
}

/** Without the colours of a terminal. */
function plain(text: string): string {
  return text
    .split('\u001b')
    .map((piece, at) => (at === 0 ? piece : piece.replace(/^\[[0-9;]*m/, '')))
    .join('')
}
