/** What a tool printed and how it ended, without what differs from run to run. */
export interface ToolOutput {
  readonly code: number | null
  readonly lines: readonly string[]
}

/** Lines in any order, since tools print what stands in hash maps; ids, times, addresses and ports are hidden. */
export function comparable(code: number | null, text: string, address: string, folder: string): ToolOutput {
  const lines = text
    .replaceAll(address, 'BROKER')
    .replaceAll(folder, 'DIR')
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/TopicId: \S+/g, 'TopicId: ID')
        .replaceAll(/\b1\d{12}\b/g, 'TIME')
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'WHEN')
        .replaceAll(/\[\d{4}-\d\d-\d\d [\d:,]+\]/g, 'WHEN')
        .replaceAll(/127\.0\.0\.1:\d+/g, 'BROKER')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '' && !line.startsWith('at ') && !line.startsWith('SLF4J'))
  return { code, lines: lines.toSorted() }
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
