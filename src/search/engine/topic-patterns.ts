import { SearchError } from './engine-request.ts'
import type { SearchedTopic } from './searched-topic.ts'

/** Characters of a pattern; a name of a topic has at most 249. */
const patternCharactersMax = 1000
const everything: readonly string[] = ['*']

/**
 * The topics that a request means. A name that is none is an error, a pattern that matches nothing is not. Patterns do not reach
 * internal topics, names do.
 * @throws SearchError unknown_topic, not_searchable
 */
export function topicsMatching(
  topics: ReadonlyMap<string, SearchedTopic>,
  patterns: readonly string[],
): SearchedTopic[] {
  const chosen = new Map<string, SearchedTopic>()
  const positive = patterns.some((pattern) => !pattern.startsWith('-'))
    ? patterns
    : [...everything, ...patterns]
  for (const pattern of positive) {
    const removes = pattern.startsWith('-')
    const text = removes ? pattern.slice(1) : pattern
    if (/[*?]/.test(text) || text === '_all') {
      const matcher = matcherOf(text === '_all' ? '*' : text)
      for (const topic of topics.values()) {
        if (!matcher.test(topic.name)) continue
        if (removes) chosen.delete(topic.name)
        else if (!topic.internal && topic.options.enabled) chosen.set(topic.name, topic)
      }
    } else if (removes) chosen.delete(text)
    else chosen.set(text, named(topics, text))
  }
  return [...chosen.values()]
}

function named(topics: ReadonlyMap<string, SearchedTopic>, name: string): SearchedTopic {
  const topic = topics.get(name)
  if (topic === undefined) throw new SearchError('unknown_topic', `there is no topic "${name}"`)
  if (topic.options.enabled) return topic
  throw new SearchError(
    'not_searchable',
    `topic "${name}" is not searched: its config search.enable is false. Set it with: chronik topic alter ${name} --config search.enable=true`,
  )
}

function matcherOf(pattern: string): RegExp {
  if (pattern.length > patternCharactersMax)
    throw new SearchError(
      'unknown_topic',
      `the pattern "${pattern.slice(0, 40)}…" is longer than any topic's name`,
    )
  // A run of stars means what one star means, and would only make matching slow.
  const source = pattern
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`)
}
