import { crc32c } from '../../../util/crc32c.ts'
import type { TopicCatalog } from '../topic-catalog.ts'
import { sortedNames } from './consumer-member.ts'
import type { ConsumerMember } from './consumer-member.ts'
import type { ResolvedRegex } from './consumer-record.ts'

export type ResolvedRegexes = ReadonlyMap<string, ResolvedRegex>

/** Names that a member subscribes to, by name and through its expression; one that is not resolved matches nothing. */
export function topicNamesOf(
  { topicNames, topicRegex }: Pick<ConsumerMember, 'topicNames' | 'topicRegex'>,
  regexes: ResolvedRegexes,
): readonly string[] {
  const matched = topicRegex === '' ? undefined : regexes.get(topicRegex)?.topics
  if (matched === undefined) return topicNames
  return topicNames.length === 0 ? matched : sortedNames([...topicNames, ...matched])
}

/** Names that any of the members subscribes to, sorted. */
export function subscribedNames(members: Iterable<ConsumerMember>, regexes: ResolvedRegexes): string[] {
  const names = new Set<string>()
  const expressions = new Set<string>()
  for (const { topicNames, topicRegex } of members) {
    for (const name of topicNames) names.add(name)
    if (topicRegex !== '') expressions.add(topicRegex)
  }
  for (const expression of expressions)
    for (const name of regexes.get(expression)?.topics ?? []) names.add(name)
  return [...names].sort()
}

/**
 * A hash of the topics that the members subscribe to and that exist: names, ids, numbers of partitions. Zero when
 * there is none. 53 bits, since the log has a 64-bit number; its value means nothing to anybody but this coordinator.
 */
export function metadataHash(names: readonly string[], topics: TopicCatalog): number {
  const existing = names.flatMap((name) => {
    const topic = topics.named(name)
    return topic === undefined ? [] : [`${topic.name} ${topic.topicId} ${topic.partitions}`]
  })
  if (existing.length === 0) return 0
  const bytes = Buffer.from(existing.join('\n'))
  const low = crc32c(bytes)
  const high = crc32c(Buffer.from(existing.reverse().join('\t')), low) & 0x1fffff
  return high * 2 ** 32 + (low >>> 0)
}

/** Whether all subscribe to the same topics (Kafka: SubscriptionType.HOMOGENEOUS). */
export function isHomogeneous(members: readonly ConsumerMember[]): boolean {
  const [first, ...others] = members
  if (first === undefined) return true
  return others.every(
    ({ topicRegex, topicNames }) =>
      topicRegex === first.topicRegex &&
      topicNames.length === first.topicNames.length &&
      topicNames.every((name, index) => name === first.topicNames[index]),
  )
}
