import type { Outcome } from '../client/results.ts'
import { table, writeData, writeJson } from './output.ts'

/** Prints what became of each thing that a command was about; one failure makes the exit code 1. */
export async function printOutcomes(
  format: 'text' | 'json',
  noun: 'topic' | 'group',
  done: string,
  outcomes: readonly Outcome[],
): Promise<void> {
  if (outcomes.some(({ error }) => error !== null)) process.exitCode = 1
  if (format === 'json') {
    await writeJson(
      outcomes.map(({ name, error }) => ({
        [noun]: name,
        status: error === null ? done : 'failed',
        ...(error === null ? {} : { error: error.errorName, message: error.message }),
      })),
    )
    return
  }
  const rows = outcomes.map(({ name, error }) => [
    name,
    error === null ? done : `${error.errorName}: ${error.message}`,
  ])
  await writeData(table([noun.toUpperCase(), 'STATUS'], rows))
}
