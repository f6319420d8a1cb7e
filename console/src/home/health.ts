import type { GroupSummary, HealthCheck, TopicSummary } from '../api/cluster.ts'
import { formatCount, plural } from '../ui/format.ts'

export interface Problem {
  readonly gravity: 'bad' | 'warn'
  readonly text: string
  readonly advice: string
  /** The group that it is about. */
  readonly group?: string
}

/** Lag below this is everyday life. */
const LAG_WORTH_TELLING = 1000

export function problemsOf(
  checks: readonly HealthCheck[],
  groups: readonly GroupSummary[],
  failure: Error | null,
): readonly Problem[] {
  if (failure !== null)
    return [{ gravity: 'bad', text: failure.message, advice: 'This page tries again by itself.' }]
  return [
    ...checks
      .filter(({ ok }) => !ok)
      .map(({ detail }) => ({ gravity: 'bad' as const, text: detail, advice: 'See the log of the server.' })),
    ...groups.filter(({ lag, memberCount }) => lag >= LAG_WORTH_TELLING && memberCount === 0).map(abandoned),
    ...groups.filter(({ lag, memberCount }) => lag >= LAG_WORTH_TELLING && memberCount > 0).map(behind),
  ]
}

function abandoned({ groupId, lag }: GroupSummary): Problem {
  return {
    gravity: 'warn',
    group: groupId,
    text: `Group ${groupId} is ${formatCount(lag)} records behind and has no members.`,
    advice: 'Start its consumers, or delete the group when nobody needs it.',
  }
}

function behind({ groupId, lag, memberCount }: GroupSummary): Problem {
  return {
    gravity: 'warn',
    group: groupId,
    text: `Group ${groupId} is ${formatCount(lag)} records behind with ${plural(memberCount, 'member')}.`,
    advice: 'Open it to see which partitions lag.',
  }
}

/** One sentence that says how things are. */
export function healthSentence(
  problems: readonly Problem[],
  topics: readonly TopicSummary[],
  groups: readonly GroupSummary[],
): string {
  const bad = problems.filter(({ gravity }) => gravity === 'bad').length
  if (bad > 0) return bad === 1 ? 'Something is broken.' : `${bad} things are broken.`
  if (topics.length === 0) return 'Running, and empty.'
  const held = `${plural(topics.length, 'topic')} with ${plural(
    topics.reduce((sum, { records }) => sum + records, 0),
    'record',
  )}`
  const read = groups.length === 0 ? '' : `, ${plural(groups.length, 'consumer group')}`
  if (problems.length === 0) return `All is well: ${held}${read}.`
  return `Running, with ${plural(problems.length, 'thing')} to look at: ${held}${read}.`
}
