/** What one client did. */
export interface ClientResult {
  readonly name: string
  readonly scenarios: readonly {
    readonly scenario: string
    readonly ok: boolean
    readonly ms: number
    readonly detail: string
  }[]
  /** `Produce v9 ×12`, in the order of the API keys. */
  readonly requests: readonly string[]
}

/** A table with a line per scenario and a column per client; – where the client has no such scenario. */
export function scenarioTable(results: readonly ClientResult[]): string {
  const scenarios = [
    ...new Set(results.flatMap((result) => result.scenarios.map(({ scenario }) => scenario))),
  ]
  const width = Math.max(...scenarios.map((scenario) => scenario.length), 0)
  const cell = (result: ClientResult, scenario: string): string => {
    const found = result.scenarios.find((row) => row.scenario === scenario)
    return (found === undefined ? '–' : found.ok ? '✔' : '✖').padEnd(result.name.length)
  }
  const head = ['scenario'.padEnd(width), ...results.map(({ name }) => name)]
  const rows = scenarios.map((scenario) => [
    scenario.padEnd(width),
    ...results.map((result) => cell(result, scenario)),
  ])
  return [head, ...rows].map((row) => row.join('  ').trimEnd()).join('\n')
}
