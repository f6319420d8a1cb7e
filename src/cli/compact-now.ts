import type { Command } from 'commander'
import { addFormatOption, parseInteger, type FormatOption } from './client-command.ts'
import { HttpApi, HTTP_OPTION, type HttpOptions } from './http-api.ts'
import { table, writeData, writeJson } from './output.ts'

interface Options extends HttpOptions, FormatOption {
  readonly partition?: number
}

interface Compacted {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    readonly passes: number
    readonly durationMs: number
    readonly bytesBefore: number
    readonly bytesAfter: number
    readonly recordsRead: number
    readonly recordsKept: number
  }[]
}

export function define(command: Command): void {
  command
    .argument('<topics...>', 'names of the topics')
    .option('-p, --partition <n>', 'only this partition', parseInteger('--partition', 0))
    .addHelpText(
      'after',
      '\nTheir cleanup.policy must have "compact". Records younger than min.compaction.lag.ms are left alone. Waits until it is done.',
    )
    .action(compactNow)
  addFormatOption(command.option(...HTTP_OPTION))
}

async function compactNow(topics: readonly string[], options: Options): Promise<void> {
  const api = new HttpApi(options)
  const done: Compacted[] = []
  for (const topic of topics) {
    const body = options.partition === undefined ? {} : { partition: options.partition }
    const path = `/api/v1/topics/${encodeURIComponent(topic)}/compact`
    done.push((await (await api.post(path, body)).json()) as Compacted)
  }
  if (options.format === 'json') return await writeJson(done)
  const rows = done.flatMap(({ topic, partitions }) =>
    partitions.map((each) => [
      topic,
      each.partition,
      each.bytesBefore,
      each.bytesAfter,
      each.recordsRead,
      each.recordsKept,
      each.passes,
      Math.round(each.durationMs),
    ]),
  )
  await writeData(
    table(
      ['TOPIC', 'PARTITION', 'BYTES-BEFORE', 'BYTES-AFTER', 'RECORDS-READ', 'KEPT', 'PASSES', 'MS'],
      rows,
    ),
  )
}
