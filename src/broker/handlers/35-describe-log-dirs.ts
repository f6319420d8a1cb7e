/**
 * DescribeLogDirs 1-5 (KIP-113). 3 has an error of its own, 4 total and usable bytes (KIP-827), 5 says whether the directory is
 * cordoned, which it never is. There is one log directory, the data directory. Sizes are those of the segments, without the
 * write-ahead log.
 */
import { errorCode } from '../../protocol/errors.ts'
import type {
  DescribeLogDirsRequest,
  DescribeLogDirsResponse,
} from '../../protocol/messages/35-describe-log-dirs.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'
import type { TopicEntry } from '../topic-table.ts'

type Topic = DescribeLogDirsResponse['results'][number]['topics'][number]

export const describeLogDirsHandler = defineHandler<'DescribeLogDirs'>({
  api: 'DescribeLogDirs',
  async handle(request, { broker }) {
    const directory = broker.logs.directory
    return {
      throttleTimeMs: 0,
      errorCode: errorCode('NONE'),
      results: [
        {
          errorCode: errorCode('NONE'),
          logDir: directory,
          topics: described(broker, request),
          totalBytes: await broker.env.files.totalBytes(directory),
          usableBytes: await broker.env.files.freeBytes(directory),
          isCordoned: false,
        },
      ],
    }
  },
  failed: (code) => ({ throttleTimeMs: 0, errorCode: code, results: [] }),
})

function described({ topics }: Broker, request: DescribeLogDirsRequest): Topic[] {
  if (request.topics === null) return [...topics.all].map((topic) => describe(topic, topic.logs.keys()))
  return request.topics.flatMap(({ topic: name, partitions }) => {
    const topic = topics.named(name)
    if (topic === undefined) return []
    const result = describe(topic, new Set(partitions))
    return result.partitions.length === 0 ? [] : [result]
  })
}

/** Partitions that do not exist are left out, as in Kafka. */
function describe({ name, logs }: TopicEntry, partitions: Iterable<number>): Topic {
  const results: Topic['partitions'][number][] = []
  for (const partitionIndex of partitions) {
    const log = logs[partitionIndex]
    if (log === undefined) continue
    results.push({ partitionIndex, partitionSize: log.size, offsetLag: 0, isFutureKey: false })
  }
  return { name, partitions: results }
}
