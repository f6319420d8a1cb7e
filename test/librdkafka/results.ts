import type { SystemName } from './brokers.ts'
import type { Verdict } from './verdict.ts'
import { type GroupProtocol, type RunnerTest, titleOf } from './tests.ts'

export interface Result {
  readonly test: RunnerTest
  readonly system: SystemName
  readonly protocol: GroupProtocol
  readonly outcome: Verdict
  readonly attempt: 1 | 2
}

export const MARKS = { passed: '✔', failed: '✖', skipped: '–' } as const

export function columnOf({ system, protocol }: Pick<Result, 'system' | 'protocol'>): string {
  return system === 'kafka' ? `${protocol} on Kafka` : protocol
}

/** A line per test and a column per protocol and system. */
export function resultTable(results: readonly Result[]): string {
  const columns = [...new Set(results.map(columnOf))]
  const names = [...new Set(results.map(({ test }) => titleOf(test)))].toSorted()
  const width = Math.max(...names.map(({ length }) => length), 4)
  const cell = (name: string, column: string): string => {
    const found = results.find((result) => titleOf(result.test) === name && columnOf(result) === column)
    return found === undefined ? '' : `${MARKS[found.outcome.state]} ${Math.round(found.outcome.seconds)} s`
  }
  const rows = names.map((name) => [name, ...columns.map((column) => cell(name, column))])
  return [['test', ...columns], ...rows]
    .map(([name = '', ...cells]) =>
      [name.padEnd(width), ...cells.map((text, at) => text.padEnd(columns[at]?.length ?? 0))].join('  '),
    )
    .join('\n')
}

/** What the list of passing tests says to the results. */
export function verdicts(results: readonly Result[]): {
  readonly lines: readonly string[]
  readonly ok: boolean
} {
  const lines: string[] = []
  let ok = true
  for (const { test, system, protocol, outcome } of results) {
    if (system === 'kafka') continue
    const reason = test.unlisted[protocol]
    const passed = outcome.state === 'passed'
    if (passed === (reason === undefined)) continue
    if (passed) lines.push(`! ${titleOf(test)} (${protocol}) passes, and is not on the list: ${reason}`)
    else {
      ok = false
      lines.push(`✖ ${titleOf(test)} (${protocol}) is on the list and ${outcome.state}: ${outcome.detail}`)
    }
  }
  for (const column of new Set(results.map(columnOf))) {
    const all = results.filter((result) => columnOf(result) === column)
    const count = (state: Verdict['state']): number =>
      all.filter(({ outcome }) => outcome.state === state).length
    const late = all.filter(({ outcome, attempt }) => outcome.state === 'passed' && attempt === 2).length
    lines.push(
      `${column}: ${count('passed')} passed (${late} at the second attempt), ${count('failed')} failed, ${count('skipped')} found nothing to test`,
    )
  }
  return { lines, ok }
}
