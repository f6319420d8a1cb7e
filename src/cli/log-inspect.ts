import { basename } from 'node:path'
import type { Command } from 'commander'
import { nodeEnv } from '../env/node/env.ts'
import { walRecordType } from '../log/wal/wal-format.ts'
import { addFormatOption, parseInteger, type FormatOption } from './client-command.ts'
import { addDataDirOption, type DataDirOption } from './data-dir-option.ts'
import { describeDamage } from './data-files/damage.ts'
import {
  readOfflineDirectory,
  type OfflineDirectory,
  type OfflinePartition,
} from './data-files/offline-directory.ts'
import type { WalkedItem } from './data-files/segment-walk.ts'
import { surveyDirectory, type SurveyItem } from './data-files/survey.ts'
import type { WalWalkItem } from './data-files/wal-walk.ts'
import { writeData } from './output.ts'

interface Options extends DataDirOption, FormatOption {
  readonly topic?: string
  readonly partition?: number
  readonly batches?: true
  readonly wal?: true
}

export function define(command: Command): void {
  addFormatOption(addDataDirOption(command))
    .option('-t, --topic <name>', 'only this topic')
    .option('-p, --partition <n>', 'only this partition', parseInteger('--partition', 0))
    .option('-b, --batches', 'also list every batch and every record of the write-ahead log')
    .option('-w, --wal', 'only the write-ahead log')
    .addHelpText(
      'after',
      '\nNothing is changed and no lock is taken. Beside a running server the end of what is being written may look torn.',
    )
    .action(inspect)
}

/** Lines come as the files are read, so that a large directory shows something at once. JSON is one object a line. */
async function inspect(options: Options): Promise<void> {
  const env = nodeEnv()
  const directory = await readOfflineDirectory(env, options.dataDir)
  const chosen = {
    ...directory,
    partitions: options.wal === true ? [] : directory.partitions.filter((each) => isChosen(each, options)),
    neededWalFiles: options.topic === undefined ? directory.neededWalFiles : [],
  }
  await print(options, summaryJson(directory), summaryText(directory))
  let file: FileSummary | null = null
  for await (const item of surveyDirectory(env, chosen)) {
    if (file !== null && file.path !== pathOf(item) && item.kind !== 'damage') {
      await print(options, file.toJson(), file.toText())
      file = null
    }
    if (item.kind === 'damage') {
      await print(options, { kind: 'damage', ...item.damage }, `  DAMAGE ${describeDamage(item.damage)}`)
      continue
    }
    file ??= new FileSummary(item)
    file.add(item)
    if (options.batches === true) await printItem(options, item, directory)
  }
  if (file !== null) await print(options, file.toJson(), file.toText())
}

function isChosen(partition: OfflinePartition, { topic, partition: number }: Options): boolean {
  return (
    (topic === undefined || partition.topic === topic) &&
    (number === undefined || partition.partition === number)
  )
}

function pathOf(item: SurveyItem): string {
  return item.kind === 'segment' ? item.path : item.kind === 'wal' ? item.item.path : item.damage.file
}

async function print(options: Options, json: object, text: string): Promise<void> {
  await writeData(options.format === 'json' ? `${JSON.stringify(json)}\n` : `${text}\n`)
}

function summaryJson({
  path,
  checkpoint,
  checkpointDamaged,
  partitions,
  walFiles,
  neededWalFiles,
}: OfflineDirectory): object {
  return {
    kind: 'directory',
    path,
    checkpoint: checkpointDamaged
      ? 'damaged'
      : checkpoint === null
        ? null
        : {
            clean: checkpoint.clean,
            walFileNumber: checkpoint.walFileNumber,
            lastSequence: checkpoint.lastSequence,
          },
    partitions: partitions.length,
    walFiles: walFiles.length,
    neededWalFiles: neededWalFiles.length,
  }
}

function summaryText({
  path,
  checkpoint,
  checkpointDamaged,
  partitions,
  walFiles,
  neededWalFiles,
}: OfflineDirectory): string {
  const point =
    checkpoint === null
      ? checkpointDamaged
        ? 'damaged'
        : 'none'
      : `${checkpoint.clean ? 'of an orderly stop' : 'of a running server'}, up to sequence ${checkpoint.lastSequence}`
  return `${path}\n  checkpoint: ${point}\n  partitions: ${partitions.length}\n  WAL files: ${walFiles.length}, of which recovery reads ${neededWalFiles.length}`
}

/** What is told of a file when all of it was read. */
class FileSummary {
  readonly path: string
  readonly #title: string
  readonly #isWal: boolean
  #batches = 0
  #records = 0
  #first: number | null = null
  #last: number | null = null
  #bytes = 0
  #end = ''

  constructor(item: Exclude<SurveyItem, { kind: 'damage' }>) {
    this.path = pathOf(item)
    this.#isWal = item.kind === 'wal'
    this.#title =
      item.kind === 'segment'
        ? `${item.partition.topic}-${item.partition.partition} ${basename(item.path)}`
        : basename(item.item.path)
  }

  add(item: Exclude<SurveyItem, { kind: 'damage' }>): void {
    if (item.kind === 'segment') this.#addSegment(item.item)
    else this.#addWal(item.item)
  }

  toJson(): object {
    const kind = this.#isWal ? 'wal-file' : 'segment'
    const range = this.#isWal
      ? { firstSequence: this.#first, lastSequence: this.#last }
      : { firstOffset: this.#first, lastOffset: this.#last }
    const counts = this.#isWal ? { groups: this.#batches } : { batches: this.#batches }
    return {
      kind,
      path: this.path,
      ...counts,
      records: this.#records,
      bytes: this.#bytes,
      ...range,
      end: this.#end,
    }
  }

  toText(): string {
    const range =
      this.#first === null
        ? 'empty'
        : `${this.#isWal ? 'sequences' : 'offsets'} ${this.#first} to ${this.#last}`
    const counts = `${this.#batches} ${this.#isWal ? 'groups' : 'batches'}, ${this.#records} records, ${this.#bytes} bytes`
    return `${this.#title}: ${range}, ${counts}${this.#end === '' ? '' : `, ${this.#end}`}`
  }

  #addSegment(item: WalkedItem): void {
    if (item.kind === 'damage') {
      if (item.nextOffset === null) this.#end = `torn or damaged from byte ${item.position}`
      return
    }
    this.#batches++
    this.#records += item.records
    this.#first ??= item.baseOffset
    this.#last = item.lastOffset
    this.#bytes += item.bytes
  }

  #addWal(item: WalWalkItem): void {
    if (item.kind === 'unused') this.#end = 'not in use'
    if (item.kind === 'end')
      this.#end = `${item.torn ? 'torn tail' : 'end of the log'} at byte ${item.position}`
    if (item.kind !== 'record') return
    this.#first ??= item.header.sequence
    this.#last = item.header.sequence
    if (item.header.type === walRecordType.group) this.#batches++
    else this.#records++
    this.#bytes += item.end - item.position
  }
}

async function printItem(
  options: Options,
  item: Exclude<SurveyItem, { kind: 'damage' }>,
  directory: OfflineDirectory,
): Promise<void> {
  if (item.kind === 'segment') {
    if (item.item.kind !== 'batch') return
    const { kind, ...batch } = item.item
    const { topic, partition } = item.partition
    const text = `  byte ${batch.position}: offsets ${batch.baseOffset} to ${batch.lastOffset}, ${batch.records} records, ${batch.bytes} bytes, ${batch.compression}, CRC good`
    await print(options, { kind, topic, partition, ...batch, crc: 'good' }, text)
    return
  }
  if (item.item.kind !== 'record') return
  const { header, position, payloadGood } = item.item
  const { sequence, baseOffset, lastOffsetDelta } = header
  if (header.type === walRecordType.group) {
    const json = {
      kind: 'wal-group',
      position,
      sequence,
      durableSequence: baseOffset,
      records: lastOffsetDelta,
    }
    await print(
      options,
      json,
      `  byte ${position}: sequence ${sequence}, group of ${lastOffsetDelta}, durable up to ${baseOffset}`,
    )
    return
  }
  const topic = directory.nameOf(header.topicId.toString('base64url'))
  const lastOffset = baseOffset + lastOffsetDelta
  const crc = payloadGood ? 'good' : 'bad'
  const direct = header.type === walRecordType.reference
  const { partition, leaderEpoch, payloadBytes: bytes } = header
  await print(
    options,
    {
      kind: direct ? 'wal-reference' : 'wal-record',
      position,
      sequence,
      topic,
      partition,
      leaderEpoch,
      baseOffset,
      lastOffset,
      bytes,
      crc,
    },
    `  byte ${position}: sequence ${sequence}, ${topic}-${partition}, offsets ${baseOffset} to ${lastOffset}, ${direct ? 'in its segment' : `${bytes} bytes`}, CRC ${crc}`,
  )
}
