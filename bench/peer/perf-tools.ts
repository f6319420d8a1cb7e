import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { kafkaClassPath } from './install.ts'

/** Options of a tool by name, without the dashes; a list is given as several arguments. */
export type ToolOptions = Readonly<Record<string, string | number | readonly string[]>>

/** Runs one of Kafka's own tools and returns what it printed; throws when it fails. */
export async function runTool(className: string, options: ToolOptions): Promise<string> {
  const args = Object.entries(options).flatMap(([name, value]) => [
    `--${name}`,
    ...(typeof value === 'object' ? value : [String(value)]),
  ])
  return await runJava([`org.apache.kafka.tools.${className}`, ...args], className)
}

/** Runs a Java class, or a source file, with Kafka's classes and returns what it printed; throws when it fails. */
export async function runJava(command: readonly string[], name: string): Promise<string> {
  const child = spawn('java', ['-Xmx512m', '-cp', kafkaClassPath('tools'), ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new Error(`${name} ended with code ${String(code)}:\n${errors.slice(-2000)}${output.slice(-2000)}`)
  return output
}

/** The last line of ProducerPerformance, which sums the run up. */
export interface ProducerSummary {
  readonly records: number
  readonly megabytesPerSecond: number
  readonly p50: number
  readonly p99: number
}

/** @throws Error when the output has no such line */
export function parseProducerSummary(output: string): ProducerSummary {
  const line = output.trim().split('\n').at(-1) ?? ''
  const found =
    /^(\d+) records sent, [\d.]+ records\/sec \(([\d.]+) MB\/sec\).*, (\d+) ms 50th, \d+ ms 95th, (\d+) ms 99th/.exec(
      line,
    )
  if (found === null) throw new Error(`ProducerPerformance ended with "${line}"`)
  const [, records, mebibytes, p50, p99] = found.map(Number)
  return { records: records!, megabytesPerSecond: (mebibytes! * 2 ** 20) / 1e6, p50: p50!, p99: p99! }
}

/** The last line of ConsumerPerformance: records, and bytes of their values and keys by the time that fetching took. */
export interface ConsumerSummary {
  readonly records: number
  readonly megabytesPerSecond: number
}

/** @throws Error when the output has no such line */
export function parseConsumerSummary(output: string): ConsumerSummary {
  const line = output.trim().split('\n').at(-1) ?? ''
  // start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, …
  const fields = line.split(',').map((text) => Number(text))
  const [mebibytes, records, fetchMs] = [fields[2], fields[4], fields[7]]
  if (
    mebibytes === undefined ||
    records === undefined ||
    fetchMs === undefined ||
    Number.isNaN(mebibytes + records + fetchMs)
  ) {
    throw new Error(`ConsumerPerformance ended with "${line}"`)
  }
  return { records, megabytesPerSecond: (mebibytes * 2 ** 20) / 1e3 / fetchMs }
}
