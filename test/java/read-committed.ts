import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { JavaProgram } from './java-program.ts'
import { until } from './wait.ts'

const READ_MS = 180_000
/** What is too much comes right behind what was expected. */
const AFTER_MS = 1_000

export interface ReadingOf {
  /** The class path of Kafka's test programs, since 2.8. */
  readonly classPath: string
  readonly address: string
  readonly topic: string
  readonly partitions: number
  /** How many records are expected. */
  readonly count: number
  /** Where it may write its configuration. */
  readonly folder: string
}

/** The values of each partition, in order, that a VerifiableConsumer of committed records gets. */
export async function readCommitted(reading: ReadingOf): Promise<string[][]> {
  const { classPath, address, topic, count, folder } = reading
  const config = join(folder, 'read-committed.properties')
  writeFileSync(config, 'isolation.level=read_committed\n')
  const partitions: string[][] = Array.from({ length: reading.partitions }, () => [])
  let read = 0
  const group = ['--group-id', `read-${topic}`, '--consumer.config', config]
  await using consumer = new JavaProgram({
    classPath,
    mainClass: 'org.apache.kafka.tools.VerifiableConsumer',
    args: ['--bootstrap-server', address, '--topic', topic, '--verbose', ...group],
    onLine: (line) => {
      if (!line.startsWith('{') || !line.includes('"record_data"')) return
      const { partition, value } = JSON.parse(line) as { readonly partition: number; readonly value: string }
      partitions[partition]?.push(value)
      read++
    },
  })
  const late = (): Error => consumer.failure(`read ${read} of ${count}`)
  await until(() => read >= count || !consumer.isRunning, READ_MS, late)
  await sleep(AFTER_MS)
  await consumer.stop()
  return partitions
}
