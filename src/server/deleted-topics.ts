import type { Env } from '../env/env.ts'
import { DELETED_TOPICS, deletedTopicKey } from '../metadata/keys.ts'
import type { Metadata } from '../metadata/metadata.ts'

const forgottenAtOnce = 64

/**
 * Removes what a crash left of deleted topics. A directory goes only when the metadata says that its topic was deleted and has no topic
 * of that id: one that it merely does not know may be all that is left of a topic whose metadata were lost. Returns how many went.
 */
export async function removeDeletedTopics(env: Env, directory: string, metadata: Metadata): Promise<number> {
  const { entries } = await metadata.store.range(DELETED_TOPICS)
  const deleted = new Set(entries.map(({ key }) => key.slice(DELETED_TOPICS.length)))
  for (const topicId of metadata.image.topicsById.keys()) deleted.delete(topicId)
  if (deleted.size === 0) return 0
  const logs = `${directory}/log`
  let removed = 0
  for (const name of (await env.files.stat(logs)) === null ? [] : await env.files.list(logs)) {
    const topicId = /^(.{22})-\d+$/.exec(name)?.[1]
    if (topicId === undefined || !deleted.has(topicId)) continue
    await env.files.removeTree(`${logs}/${name}`)
    removed += 1
  }
  if (removed > 0) await env.files.syncDirectory(logs)
  const gone = [...deleted]
  for (let at = 0; at < gone.length; at += forgottenAtOnce) {
    const keys = gone.slice(at, at + forgottenAtOnce).map(deletedTopicKey)
    await metadata.store.transact({
      compare: [],
      success: keys.map((key) => ({ kind: 'delete', key }) as const),
    })
  }
  return removed
}
