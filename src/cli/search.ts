import { Option, type Command } from 'commander'
import { parseInteger } from './client-command.ts'
import { CliError, usageError } from './cli-error.ts'
import { HTTP_OPTION, HttpApi, type HttpOptions } from './http-api.ts'
import { note, table, writeData, writeJson } from './output.ts'
import { defineRebuild, defineStatus } from './search-index.ts'
import { type FoundHit, hitPrinter, type HitFormat } from './search-hits.ts'
import { textLines } from './text-lines.ts'

interface Options extends HttpOptions {
  readonly topic?: readonly string[]
  readonly last?: string
  readonly from?: string
  readonly to?: string
  readonly num: number
  readonly sort?: readonly string[]
  readonly scored?: true
  readonly follow?: true
  readonly facet?: readonly string[]
  readonly facetSize: number
  readonly count?: true
  readonly timeout?: string
  readonly format: HitFormat
}

export function define(command: Command): void {
  command
    .argument('[query...]', 'what to look for, in Lucene’s syntax; everything without it')
    .option('-t, --topic <name,...>', 'topics or patterns; all without it', splitNames)
    .option('--last <duration>', 'records of the last 30s, 15m, 2h, 7d')
    .option(
      '--from <time>',
      'records from this time on: ISO 8601, milliseconds, or date math such as now-1d/d',
    )
    .option('--to <time>', 'records before this time')
    .option('-n, --num <n>', 'most records to print', parseInteger('--num', 0), 20)
    .option(
      '--sort <field,...>',
      'fields to sort by, with "-" in front for descending; newest first without it',
      splitNames,
    )
    .option('--scored', 'the most relevant records first')
    .option('-f, --follow', 'print matching records as they are written, until it is stopped')
    .option('--facet <field,...>', 'print the most frequent values of these fields instead', splitNames)
    .option('--facet-size <n>', 'values of each facet', parseInteger('--facet-size', 1), 10)
    .option('--count', 'print only how many records match')
    .option('--timeout <duration>', 'time that the search may take, as 5s')
    .addOption(
      new Option('--format <format>', 'how to print records')
        .choices(['text', 'json', 'table'])
        .default('text'),
    )
    .option(...HTTP_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(search)
  defineStatus(command)
  defineRebuild(command)
}

const EXAMPLES = `
Examples:
  chronik search 'level:error AND host:web*' --topic logs --last 15m
  chronik search timeout --topic 'app-*' --facet service,level
  chronik search '"connection reset"' --follow --format json`

function splitNames(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, ...text.split(',').map((name) => name.trim())]
}

async function search(words: readonly string[], options: Options): Promise<void> {
  const api = new HttpApi(options)
  const query = words.join(' ')
  if (options.follow === true) {
    await follow(api, query, options)
    return
  }
  if (options.facet !== undefined) await printFacets(api, query, options, options.facet)
  else if (options.count === true) await printCount(api, query, options)
  else await printHits(api, query, options)
}

function bodyOf(query: string, options: Options): Readonly<Record<string, unknown>> {
  if (options.last !== undefined && options.from !== undefined)
    throw usageError('--last and --from say the same; give one of them')
  if (options.last !== undefined && !/^\d+[smhdwMy]$/.test(options.last))
    throw usageError(`--last ${options.last}: expected a number and a unit, as in 30s, 15m, 2h or 7d`)
  const from = options.last === undefined ? options.from : `now-${options.last}`
  const { to, sort, scored, timeout, topic } = options
  const given = { query: query === '' ? undefined : query, topics: topic, from, to, sort, scored, timeout }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

interface Answer {
  readonly tookMs: number
  readonly total: { readonly value: number; readonly exact: boolean }
  readonly hits: readonly FoundHit[]
  readonly aggregations: Readonly<Record<string, Facet>> | null
  readonly coverage: readonly {
    readonly topic: string
    readonly partition: number
    readonly complete: boolean
    readonly reason: string | null
  }[]
  readonly hints: readonly string[]
}

interface Facet {
  readonly buckets: readonly {
    readonly key: unknown
    readonly key_as_string?: string
    readonly doc_count: number
  }[]
  readonly sum_other_doc_count: number
}

async function ask(api: HttpApi, body: object): Promise<Answer> {
  const response = await api.post('/api/v1/search', body)
  const answer = (await response.json()) as Answer
  for (const { topic, partition, complete, reason } of answer.coverage)
    if (!complete) note(`${topic}-${partition} is not wholly searched: ${reason ?? ''}`)
  for (const hint of answer.hints) note(hint)
  return answer
}

async function printHits(api: HttpApi, query: string, options: Options): Promise<void> {
  const answer = await ask(api, { ...bodyOf(query, options), size: options.num })
  const print = hitPrinter(options.format)
  await print(answer.hits)
  if (!process.stderr.isTTY) return
  const more = answer.total.value > answer.hits.length ? `, the first ${answer.hits.length} shown` : ''
  note(`${totalText(answer)} records${more}; ${Math.round(answer.tookMs)} ms`)
}

function totalText({ total }: Answer): string {
  return total.exact ? String(total.value) : `more than ${total.value}`
}

async function printCount(api: HttpApi, query: string, options: Options): Promise<void> {
  const { total } = await ask(api, { ...bodyOf(query, options), size: 0, trackTotalHits: true })
  if (options.format === 'json') await writeJson({ count: total.value })
  else await writeData(`${total.value}\n`)
}

async function printFacets(
  api: HttpApi,
  query: string,
  options: Options,
  fields: readonly string[],
): Promise<void> {
  const terms = fields.map((field) => [field, { terms: { field, size: options.facetSize } }] as const)
  const body = { ...bodyOf(query, options), size: 0, aggregations: Object.fromEntries(terms) }
  const { aggregations } = await ask(api, body)
  const facets = fields.map((field) => ({
    field,
    values: (aggregations?.[field]?.buckets ?? []).map((bucket) => ({
      value: bucket.key_as_string ?? bucket.key,
      count: bucket.doc_count,
    })),
    others: aggregations?.[field]?.sum_other_doc_count ?? 0,
  }))
  if (options.format === 'json') {
    await writeJson(facets)
    return
  }
  for (const { field, values, others } of facets) {
    const rows = values.map(({ value, count }) => [String(value), count])
    await writeData(
      table([field.toUpperCase(), 'RECORDS'], others > 0 ? [...rows, ['(others)', others]] : rows),
    )
  }
}

async function follow(api: HttpApi, query: string, options: Options): Promise<void> {
  if (options.last !== undefined || options.from !== undefined || options.to !== undefined)
    throw usageError('--follow prints new records; it can not be combined with --last, --from or --to')
  const topics = options.topic?.join(',')
  const response = await api.get('/api/v1/search/tail', {
    ...(query === '' ? {} : { query }),
    ...(topics === undefined ? {} : { topics }),
  })
  if (response.body === null) throw new CliError('the server sends no events')
  const print = hitPrinter(options.format === 'table' ? 'text' : options.format)
  let event = ''
  for await (const line of textLines(response.body)) {
    if (line.startsWith('event: ')) event = line.slice('event: '.length)
    if (!line.startsWith('data: ')) continue
    const data = line.slice('data: '.length)
    if (event === 'hit') await print([JSON.parse(data) as FoundHit])
    else if (event === 'skipped') note(`${data} more records match than are shown`)
    else if (event === 'error') throw new CliError((JSON.parse(data) as { readonly detail: string }).detail)
  }
}
