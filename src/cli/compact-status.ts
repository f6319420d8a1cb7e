import type { Command } from 'commander'
import { addFormatOption, type FormatOption } from './client-command.ts'
import { HttpApi, HTTP_OPTION, type HttpOptions } from './http-api.ts'
import { table, writeData, writeJson } from './output.ts'

interface Options extends HttpOptions, FormatOption {}

interface Status {
  readonly cleaner: { readonly enabled: boolean }
  readonly partitions: readonly {
    readonly topic: string
    readonly partition: number
    readonly strategy: string
    readonly running: boolean
    readonly cleanedOffset: number
    readonly cleanBytes: number
    readonly dirtyBytes: number
    readonly dirtyRatio: number
    readonly last: { readonly endedMs: number } | null
    readonly problem: string | null
  }[]
}

export function define(command: Command): void {
  command.argument('[topic]', 'only this topic').action(status)
  addFormatOption(command.option(...HTTP_OPTION))
}

async function status(topic: string | undefined, options: Options): Promise<void> {
  const answer = await new HttpApi(options).get('/api/v1/compaction', topic === undefined ? {} : { topic })
  const found = (await answer.json()) as Status
  if (options.format === 'json') return await writeJson(found)
  // A server has partitions of its own by the dozen, most of them empty.
  const shown = found.partitions.filter(
    ({ cleanBytes, dirtyBytes, last, problem, running }) =>
      topic !== undefined || cleanBytes + dirtyBytes > 0 || last !== null || problem !== null || running,
  )
  const rows = shown.map((each) => [
    each.topic,
    each.partition,
    each.strategy,
    each.cleanBytes,
    each.dirtyBytes,
    each.dirtyRatio.toFixed(2),
    each.cleanedOffset,
    each.last === null ? null : new Date(each.last.endedMs).toISOString(),
    each.running ? 'running' : (each.problem ?? 'OK'),
  ])
  const titles = [
    'TOPIC',
    'PARTITION',
    'STRATEGY',
    'CLEAN-BYTES',
    'DIRTY-BYTES',
    'RATIO',
    'CLEANED-TO',
    'LAST',
    'STATE',
  ]
  await writeData(table(titles, rows))
  if (!found.cleaner.enabled)
    await writeData('Nothing is compacted by itself: log.cleaner.enable is false on the server.\n')
}
