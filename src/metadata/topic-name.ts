import { KafkaError } from '../protocol/errors.ts'

const MAX_LENGTH = 249
const LEGAL = /^[a-zA-Z0-9._-]+$/

function problemOf(name: string): string | null {
  if (name === '') return 'the empty string is not allowed'
  if (name === '.' || name === '..') return `'${name}' is not allowed`
  if (name.length > MAX_LENGTH)
    return `the length of '${name}' is longer than the max allowed length ${MAX_LENGTH}`
  if (!LEGAL.test(name)) {
    return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
  }
  return null
}

/** Throws INVALID_TOPIC_EXCEPTION, worded as clients know it (org.apache.kafka.common.internals.Topic). */
export function checkTopicName(name: string): void {
  const problem = problemOf(name)
  if (problem) throw new KafkaError('INVALID_TOPIC_EXCEPTION', `Topic name is invalid: ${problem}`)
}

const internalTopics: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
])

export function isInternalTopic(name: string): boolean {
  return internalTopics.has(name)
}
