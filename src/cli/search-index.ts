import type { Command } from 'commander'
import { addFormatOption, type FormatOption } from './client-command.ts'
import { usageError } from './cli-error.ts'
import { HTTP_OPTION, HttpApi, type HttpOptions } from './http-api.ts'
import { table, writeData, writeJson } from './output.ts'

interface Options extends HttpOptions, FormatOption {
  readonly topic?: string
}

interface IndexStatus {
  readonly topic: string
  readonly partition: number
  readonly indexedTo: number
  readonly end: number
  readonly lagRecords: number
  readonly lagBytes: number
  readonly lagMs: number
  readonly files: number
  readonly fileBytes: number
  readonly tailBytes: number
}

export function defineStatus(parent: Command): void {
  const command = parent
    .command('status')
    .summary('show how far the indexes are')
    .option('-t, --topic <name,...>', 'topics or patterns; all without it')
    .option(...HTTP_OPTION)
    .action((_options: unknown, self: Command) => status(self.optsWithGlobals()))
  addFormatOption(command)
}

export function defineRebuild(parent: Command): void {
  const command = parent
    .command('rebuild')
    .summary('throw the indexes of topics away and make them anew from the log')
    .option('-t, --topic <name,...>', 'topics or patterns')
    .option(...HTTP_OPTION)
    .action((_options: unknown, self: Command) => rebuild(self.optsWithGlobals()))
  addFormatOption(command)
}

async function status(options: Options): Promise<void> {
  const response = await new HttpApi(options).get('/api/v1/search/status', topicsParameter(options))
  const { partitions } = (await response.json()) as { readonly partitions: readonly IndexStatus[] }
  if (options.format === 'json') {
    await writeJson(partitions)
    return
  }
  const rows = partitions.map((it) => [
    it.topic,
    it.partition,
    it.indexedTo,
    it.end,
    it.lagRecords,
    it.files,
    it.fileBytes,
    it.tailBytes,
  ])
  const header = ['TOPIC', 'PARTITION', 'INDEXED-TO', 'END', 'LAG', 'FILES', 'FILE-BYTES', 'MEMORY-BYTES']
  await writeData(table(header, rows))
}

async function rebuild(options: Options): Promise<void> {
  if (options.topic === undefined)
    throw usageError('name the topics: --topic logs, or --topic "*" for all of them')
  const response = await new HttpApi(options).post('/api/v1/search/rebuild', { topics: options.topic })
  const { partitions } = (await response.json()) as { readonly partitions: number }
  if (options.format === 'json') await writeJson({ partitions })
  else
    await writeData(
      `The indexes of ${partitions} partitions are being made anew; "search status" shows how far they are.\n`,
    )
}

function topicsParameter({ topic }: Options): Readonly<Record<string, string>> {
  if (topic === undefined) return {}
  return { topics: Array.isArray(topic) ? topic.join(',') : topic }
}
