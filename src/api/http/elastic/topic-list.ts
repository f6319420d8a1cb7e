import type { TopicEntry } from '../../../broker/topic-table.ts'
import type { ElasticCall } from './elastic-call.ts'
import { noSuchIndex } from './elastic-error.ts'
import { namePattern } from '../../../search/name-pattern.ts'

/**
 * The topics that a list of names and patterns means, by name. Nothing, `_all` and `*` mean all but internal ones.
 * @throws ElasticError for a name that is no topic
 */
export function topicsNamed(call: ElasticCall, list: string | undefined): readonly TopicEntry[] {
  const { topics } = call.deps.broker
  const ignoreMissing = call.parameters.flag('ignore_unavailable')
  const names = (list ?? '*').split(',').filter((name) => name !== '')
  const chosen = new Map<string, TopicEntry>()
  for (const name of names) {
    const removes = name.startsWith('-')
    const text = name === '_all' ? '*' : removes ? name.slice(1) : name
    if (text.includes('*')) {
      const matches = namePattern([text])
      for (const topic of topics.all) {
        if (!matches(topic.name)) continue
        if (removes) chosen.delete(topic.name)
        else if (!topic.internal) chosen.set(topic.name, topic)
      }
    } else if (removes) chosen.delete(text)
    else {
      const topic = topics.named(text)
      if (topic !== undefined) chosen.set(text, topic)
      else if (!ignoreMissing) throw noSuchIndex(text)
    }
  }
  return [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
