import type { Command } from 'commander'
import { nodeEnv } from '../env/node/env.ts'
import { addFormatOption, type FormatOption } from './client-command.ts'
import { addDataDirOption, type DataDirOption } from './data-dir-option.ts'
import { describeDamage, type Damage } from './data-files/damage.ts'
import { readOfflineDirectory, withDirectoryLock } from './data-files/offline-directory.ts'
import { surveyDirectory } from './data-files/survey.ts'
import { note, writeData, writeJson } from './output.ts'
import { formatBytes, Progress } from './progress.ts'

export function define(command: Command): void {
  addFormatOption(addDataDirOption(command)).action(verify)
}

async function verify({ dataDir, format }: DataDirOption & FormatOption): Promise<void> {
  const env = nodeEnv()
  await withDirectoryLock(env, dataDir, async () => {
    const directory = await readOfflineDirectory(env, dataDir)
    const found: Damage[] = []
    let [batches, records, bytes] = [0, 0, 0]
    {
      using progress = new Progress(env, null)
      for await (const item of surveyDirectory(env, directory)) {
        if (item.kind === 'damage') found.push(item.damage)
        else if (item.kind === 'segment' && item.item.kind === 'batch') {
          batches++
          records += item.item.records
          bytes += item.item.bytes
          progress.records = records
          progress.bytes = bytes
        }
      }
    }
    if (found.length > 0) process.exitCode = 1
    const partitions = directory.partitions.length
    if (format === 'json') {
      await writeJson({ directory: directory.path, partitions, batches, records, bytes, damages: found })
      return
    }
    for (const damage of found) await writeData(`${describeDamage(damage)}\n`)
    const read = `${partitions} partitions, ${batches} batches, ${records} records, ${formatBytes(bytes)} in segments`
    note(`${directory.path}: ${read}; ${found.length === 0 ? 'all good' : `${found.length} damages`}`)
  })
}
