import { KafkaError } from '../../../protocol/errors.ts'
import type { GroupContext } from '../group-turn.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { equalNames } from './consumer-member.ts'
import type { ResolvedRegex } from './consumer-record.ts'
import type { MemberChange } from './change.ts'
import type { ResolvedRegexes } from './subscriptions.ts'
import { compileTopicRegex } from './topic-regex.ts'

/** New topics are looked for at most so often, as in Kafka. */
const REFRESH_INTERVAL_MIN_MS = 10_000

export interface ChangedRegexes {
  readonly regexes: ResolvedRegexes
  /** The member subscribes with another expression than before. */
  readonly changed: boolean
  /** The topics that some expression matches are others now, so partitions are to be assigned anew. */
  readonly bump: boolean
}

/**
 * Records which topics the expressions of the group match: of a new one at once, and of all of them again when topics
 * came or went. Expressions that nobody subscribes with any more are forgotten. Throws INVALID_REGULAR_EXPRESSION.
 *
 * Kafka resolves them in another thread, so there a member gets the matching topics one heartbeat later.
 */
export function changeRegex(
  context: GroupContext,
  { group, before, after, replaced }: MemberChange,
): ChangedRegexes {
  const old = replaced?.topicRegex ?? before.topicRegex
  const changed = old !== after.topicRegex
  const known = group.regexes
  if (!changed && after.topicRegex === '' && known.size === 0) return { regexes: known, changed, bump: false }
  const { turn, topics } = context
  const regexes = new Map(known)
  let bump = false
  if (changed && old !== '' && !isUsedByOthers(group, old, [after.memberId, replaced?.memberId])) {
    if (regexes.delete(old))
      turn.records.push({ kind: 'consumer-regex', groupId: group.groupId, regex: old, value: null })
    bump = true
  }
  if (after.topicRegex !== '' && !regexes.has(after.topicRegex)) regexes.set(after.topicRegex, UNRESOLVED)
  for (const [regex, resolved] of regexes) {
    if (!isStale(resolved, context)) continue
    const matched = matching(regex, context)
    const value: ResolvedRegex = { topics: matched, version: topics.version, timestamp: turn.now }
    bump ||= !equalNames(matched, resolved.topics)
    regexes.set(regex, value)
    turn.records.push({ kind: 'consumer-regex', groupId: group.groupId, regex, value })
  }
  return { regexes, changed, bump: bump || changed }
}

const UNRESOLVED: ResolvedRegex = { topics: [], version: -1, timestamp: Number.NEGATIVE_INFINITY }

function isStale({ version, timestamp }: ResolvedRegex, { turn, topics, options }: GroupContext): boolean {
  const age = turn.now - timestamp
  if (age <= REFRESH_INTERVAL_MIN_MS) return false
  return version !== topics.version || age > options.consumer.regexRefreshIntervalMs
}

function isUsedByOthers(
  group: ConsumerGroup,
  regex: string,
  except: readonly (string | undefined)[],
): boolean {
  for (const [memberId, { topicRegex }] of group.members.entries())
    if (topicRegex === regex && !except.includes(memberId)) return true
  return false
}

function matching(regex: string, { topics }: GroupContext): string[] {
  const compiled = compileTopicRegex(regex)
  if (compiled.kind === 'invalid') {
    throw new KafkaError(
      'INVALID_REGULAR_EXPRESSION',
      `SubscribedTopicRegex "${regex}" is not a valid regular expression: ${compiled.reason}`,
    )
  }
  return [...topics.names()].filter((name) => compiled.matches(name)).sort()
}
