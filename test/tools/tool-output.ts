import type { ToolStep } from './tool-step.ts'

/** What a tool printed and how it ended, without what differs from run to run. */
export interface ToolOutput {
  readonly code: number
  readonly lines: readonly string[]
}

/** What is of no account in any step, by what is written in its place. Order counts. */
const hidden: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID'],
  [/console-consumer-\d+/g, 'console-consumer-N'],
  [/(?<![\w.-])[\w-]{22}(?![\w(-])/g, 'ID'],
  [/Epoch: \d+/g, 'Epoch: N'],
  [/crc: \d+/g, 'crc: N'],
  [/"metadataHash":-?\d+/g, '"metadataHash":N'],
  [/\b1\d{12}\b/g, 'TIME'],
  [/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, 'WHEN'],
  [/127\.0\.0\.1(?:[:\s]+\d+)?/g, 'BROKER'],
]

/** What is called by another name on each side: the paths of the tools' files, of the broker's, and of a dumped segment. */
export interface Places {
  readonly folder: string
  readonly logs: string
  readonly segment: string | null
}

/** Lines in any order, since tools print what stands in hash maps; ids, times, addresses and ports are hidden. */
export function comparable(
  printed: { readonly code: number; readonly text: string },
  { folder, logs, segment }: Places,
  { measures = false, differs }: Pick<ToolStep, 'measures' | 'differs'>,
): ToolOutput {
  const lines = printed.text
    .replaceAll(segment ?? folder, 'SEGMENT')
    .replaceAll(folder, 'DIR')
    .replaceAll(logs, 'LOGS')
    .split('\n')
    .map((line) => {
      let shown = line
      for (const [what, name] of hidden) shown = shown.replaceAll(what, name)
      if (differs?.part !== undefined) shown = shown.replaceAll(differs.part, '…')
      if (measures) shown = shown.replaceAll(/\d+(?:\.\d+)?/g, 'N')
      return shown.replaceAll(/\s+/g, ' ').trim()
    })
    .filter((line) => line !== '' && !line.startsWith('at ') && differs?.lines?.test(line) !== true)
  return { code: printed.code, lines: lines.toSorted() }
}

/** Lines that only one of the two has, marked `-` (Apache Kafka) and `+` (ours). */
export function differences(kafka: ToolOutput, ours: ToolOutput): string[] {
  const found: string[] = []
  if (kafka.code !== ours.code) found.push(`- exit ${kafka.code}`, `+ exit ${ours.code}`)
  const left = [...ours.lines]
  for (const line of kafka.lines) {
    const at = left.indexOf(line)
    if (at === -1) found.push(`- ${line}`)
    else left.splice(at, 1)
  }
  return [...found, ...left.map((line) => `+ ${line}`)]
}
