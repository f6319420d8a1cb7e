import type { Command } from 'commander'
import { nodeEnv } from '../env/node/env.ts'
import { addFormatOption, type FormatOption } from './client-command.ts'
import { addDataDirOption, type DataDirOption } from './data-dir-option.ts'
import { describeDamage } from './data-files/damage.ts'
import { withDirectoryLock } from './data-files/offline-directory.ts'
import type { OffsetSpan } from './data-files/offset-span.ts'
import { repairDirectory, type Repaired } from './data-files/repair.ts'
import { writeData, writeJson } from './output.ts'

interface Options extends DataDirOption, FormatOption {
  readonly dry?: true
}

export function define(command: Command): void {
  addFormatOption(addDataDirOption(command))
    .option('--dry', 'only show what is damaged')
    .addHelpText(
      'after',
      '\nGood batches are kept as they are. A damaged one is taken from the write-ahead log where that still has it; otherwise its\noffsets stay empty, and consumers pass over them. Replaced files are kept under damaged/ in the data directory.',
    )
    .action(repair)
}

async function repair({ dataDir, format, dry }: Options): Promise<void> {
  const env = nodeEnv()
  await withDirectoryLock(env, dataDir, async () => {
    const repaired = await repairDirectory(env, dataDir, dry === true)
    // What only a backup can bring back is not repaired.
    if (repaired.damages.some(({ remedy }) => remedy === 'a backup')) process.exitCode = 1
    if (format === 'json') await writeJson(repaired)
    else await writeData(toText(repaired, dry === true))
  })
}

function toText({ damages, restored, lost, repaired, aside }: Repaired, dry: boolean): string {
  const lines = damages.map(describeDamage)
  if (damages.length === 0) lines.push('nothing is damaged')
  for (const span of restored) lines.push(`restored from the write-ahead log: ${spanText(span)}`)
  for (const span of lost) lines.push(`lost: ${spanText(span)}`)
  if (aside !== null) lines.push(`${repaired.length} files repaired; what they were is in ${aside}`)
  if (dry && damages.length > 0) lines.push('nothing was changed: --dry')
  return `${lines.join('\n')}\n`
}

function spanText({ topic, partition, firstOffset, lastOffset }: OffsetSpan): string {
  return `${topic}-${partition}, offsets ${firstOffset} to ${lastOffset}`
}
