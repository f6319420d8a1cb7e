/**
 * What an operator does with Apache Kafka's command line tools. Arguments: bootstrap server, prefix of all topic and group
 * names, folder of the tools' jars.
 */
import assert from 'node:assert/strict'
import { runCommandScenarios, succeed } from './command-scenarios.ts'

const [bootstrap = '', prefix = '', jars = ''] = process.argv.slice(2)
const topic = `${prefix}-tools`
const group = `${prefix}-tools-group`

const TOPICS = 'org.apache.kafka.tools.TopicCommand'
const CONFIGS = 'kafka.admin.ConfigCommand'
const PRODUCER = 'org.apache.kafka.tools.ConsoleProducer'
const CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
const GROUPS = 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'
const OFFSETS = 'org.apache.kafka.tools.GetOffsetShell'

function tool(name: string, args: string, input?: string): Promise<string> {
  const java = [
    '-Xmx256m',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    `${jars}/*`,
    name,
    '--bootstrap-server',
    bootstrap,
  ]
  return succeed('java', [...java, ...args.split(' ')], input)
}

const records = Array.from({ length: 50 }, (_, i) => `k${i}:value ${i}`)

await runCommandScenarios({
  topics: async () => {
    await tool(
      TOPICS,
      `--create --topic ${topic} --partitions 2 --replication-factor 1 --config retention.ms=3600000`,
    )
    assert.match(await tool(TOPICS, '--list'), new RegExp(`^${topic}$`, 'm'))
    assert.match(
      await tool(TOPICS, `--describe --topic ${topic}`),
      /PartitionCount: 2\s+ReplicationFactor: 1\s+Configs: .*retention\.ms=3600000/,
    )
    await tool(TOPICS, `--alter --topic ${topic} --partitions 3`)
    assert.match(await tool(TOPICS, `--describe --topic ${topic}`), /PartitionCount: 3/)
  },
  configs: async () => {
    const entity = `--entity-type topics --entity-name ${topic}`
    await tool(CONFIGS, `--alter ${entity} --add-config max.message.bytes=200000`)
    assert.match(await tool(CONFIGS, `--describe ${entity}`), /max\.message\.bytes=200000/)
    await tool(CONFIGS, `--alter ${entity} --delete-config max.message.bytes`)
    assert.doesNotMatch(await tool(CONFIGS, `--describe ${entity}`), /max\.message\.bytes=200000/)
    assert.match(
      await tool(CONFIGS, '--describe --entity-type brokers --entity-name 1 --all'),
      /log\.retention\.ms=/,
    )
  },
  console: async () => {
    const separator = 'key.separator=:'
    await tool(
      PRODUCER,
      `--topic ${topic} --reader-property parse.key=true --reader-property ${separator}`,
      `${records.join('\n')}\n`,
    )
    const read = await tool(
      CONSUMER,
      `--topic ${topic} --group ${group} --from-beginning --max-messages ${records.length} --timeout-ms 30000 --formatter-property print.key=true --formatter-property ${separator}`,
    )
    assert.deepEqual(read.trim().split('\n').toSorted(), records.toSorted())
  },
  groups: async () => {
    assert.match(await tool(GROUPS, '--list'), new RegExp(`^${group}$`, 'm'))
    const lagOf = async (): Promise<number> => {
      const rows = (await tool(GROUPS, `--describe --group ${group}`))
        .split('\n')
        .filter((line) => line.startsWith(group))
      assert.equal(rows.length, 3)
      return rows.reduce((sum, line) => sum + Number(line.split(/\s+/)[5]), 0)
    }
    assert.equal(await lagOf(), 0)
    await tool(GROUPS, `--group ${group} --topic ${topic} --reset-offsets --to-earliest --execute`)
    assert.equal(await lagOf(), records.length)
    await tool(GROUPS, `--delete --group ${group}`)
    assert.doesNotMatch(await tool(GROUPS, '--list'), new RegExp(`^${group}$`, 'm'))
  },
  offsets: async () => {
    const ends = (await tool(OFFSETS, `--topic ${topic} --time latest`))
      .trim()
      .split('\n')
      .map((line) => Number(line.split(':')[2]))
    assert.equal(ends.length, 3)
    assert.equal(
      ends.reduce((sum, end) => sum + end, 0),
      records.length,
    )
    await tool(TOPICS, `--delete --topic ${topic}`)
    assert.doesNotMatch(await tool(TOPICS, '--list'), new RegExp(`^${topic}$`, 'm'))
  },
})
