import {
  type BrokerConfigImage,
  type BrokerImage,
  type MetadataImage,
  type PartitionImage,
  type TopicImage,
} from './image.ts'
import { collisionName, parseKey, resourceId } from './keys.ts'
import { LayeredMap } from './layered-map.ts'
import { type MetaEvent, MetaStoreError } from './meta-store.ts'
import {
  parseBroker,
  parseBrokerConfigs,
  parseCluster,
  parseFeatures,
  parsePartition,
  parseProducerIds,
  parseTopic,
  type TopicValue,
} from './values.ts'

export interface TopicChange {
  readonly before: TopicImage
  readonly after: TopicImage
  /** Partitions that are new or whose record or leader epoch changed, ascending. */
  readonly partitions: readonly number[]
  readonly configsChanged: boolean
}

/** What differs between two images. A topic that came and went in between appears nowhere. */
export interface MetadataDelta {
  readonly clusterChanged: boolean
  /** Ids of brokers that were registered, re-registered or unregistered. */
  readonly brokers: ReadonlySet<number>
  readonly brokerConfigs: ReadonlySet<string>
  /** By `resourceId`. */
  readonly resourceConfigs: ReadonlySet<string>
  readonly topicsCreated: readonly TopicImage[]
  readonly topicsDeleted: readonly TopicImage[]
  readonly topicsChanged: readonly TopicChange[]
  readonly producerIdsChanged: boolean
  readonly featuresChanged: boolean
}

export interface AppliedDelta {
  readonly image: MetadataImage
  readonly delta: MetadataDelta
}

interface TopicDraft {
  /** What the last event said of the topic's own key: written, deleted, or nothing. */
  value: (TopicValue & { readonly modRevision: number }) | 'deleted' | 'same'
  /** Null marks a deleted partition. */
  readonly partitions: Map<number, PartitionImage | null>
}

class ImageBuilder {
  readonly before: MetadataImage
  readonly #brokers = new Map<number, BrokerImage>()
  readonly #brokerConfigs = new Map<string, BrokerConfigImage | null>()
  readonly #resourceConfigs = new Map<string, BrokerConfigImage | null>()
  readonly #topics = new Map<string, TopicDraft>()
  #clusterId: string | null
  #nextProducerId: number
  #producerIdRevision: number
  #featureLevels: ReadonlyMap<string, number>
  #featuresRevision: number
  #clusterChanged = false
  readonly #created: TopicImage[] = []
  readonly #deleted: TopicImage[] = []
  readonly #changed = new Map<string, TopicChange>()
  readonly #byId = new Map<string, TopicImage | undefined>()
  /** The old image's map until something in it changes. */
  #hidden: MetadataImage['hiddenPartitions']
  #allBrokers: ReadonlyMap<number, BrokerImage>

  constructor(before: MetadataImage) {
    this.before = before
    this.#clusterId = before.clusterId
    this.#nextProducerId = before.nextProducerId
    this.#producerIdRevision = before.producerIdRevision
    this.#featureLevels = before.featureLevels
    this.#featuresRevision = before.featuresRevision
    this.#hidden = before.hiddenPartitions
    this.#allBrokers = before.brokers
  }

  replay(event: MetaEvent): void {
    const key = parseKey(event.key)
    switch (key.kind) {
      case 'partition': {
        const put = event.kind === 'put'
        const image = put ? parsePartition(event.key, event.value, event.modRevision) : null
        this.#draft(key.topicId).partitions.set(key.partition, image)
        return
      }
      case 'topic': {
        const { modRevision } = event
        this.#draft(key.topicId).value =
          event.kind === 'put' ? { ...parseTopic(event.key, event.value), modRevision } : 'deleted'
        return
      }
      case 'broker':
        return this.#replayBroker(key.brokerId, event)
      case 'broker-config':
        this.#brokerConfigs.set(key.name, configsOf(event))
        return
      case 'resource-config':
        this.#resourceConfigs.set(resourceId(key.resource, key.name), configsOf(event))
        return
      case 'cluster':
        this.#clusterId = event.kind === 'put' ? parseCluster(event.key, event.value) : null
        this.#clusterChanged = true
        return
      case 'producer-ids':
        if (event.kind === 'delete') throw neverDeleted(event.key)
        this.#nextProducerId = parseProducerIds(event.key, event.value)
        this.#producerIdRevision = event.modRevision
        return
      case 'features':
        if (event.kind === 'delete') throw neverDeleted(event.key)
        this.#featureLevels = parseFeatures(event.key, event.value)
        this.#featuresRevision = event.modRevision
        return
      case 'topic-name':
      case 'other':
    }
  }

  #replayBroker(brokerId: number, event: MetaEvent): void {
    if (event.kind === 'delete') throw neverDeleted(event.key)
    const broker = { brokerId, epoch: event.modRevision, ...parseBroker(event.key, event.value) }
    this.#brokers.set(brokerId, broker)
  }

  #draft(topicId: string): TopicDraft {
    let draft = this.#topics.get(topicId)
    if (!draft) {
      draft = { value: 'same', partitions: new Map() }
      this.#topics.set(topicId, draft)
    }
    return draft
  }

  build(revision: number): AppliedDelta {
    const { before } = this
    if (this.#brokers.size > 0) this.#allBrokers = new Map([...before.brokers, ...this.#brokers])
    for (const [topicId, draft] of this.#topics) this.#buildTopic(topicId, draft)
    if (this.#brokers.size > 0) this.#raiseEpochs()
    const image: MetadataImage = {
      revision,
      clusterId: this.#clusterId,
      brokers: this.#allBrokers,
      brokerConfigs: overlay(before.brokerConfigs, this.#brokerConfigs),
      resourceConfigs: overlay(before.resourceConfigs, this.#resourceConfigs),
      topicsById: before.topicsById.with(this.#byId),
      topicsByName: before.topicsByName.with(this.#named((topic) => [topic.name, topic])),
      collisionNames: before.collisionNames.with(
        this.#named((topic) => [collisionName(topic.name), topic.name]),
      ),
      nextProducerId: this.#nextProducerId,
      producerIdRevision: this.#producerIdRevision,
      featureLevels: this.#featureLevels,
      featuresRevision: this.#featuresRevision,
      hiddenPartitions: this.#hidden,
    }
    const delta: MetadataDelta = {
      clusterChanged: this.#clusterChanged,
      brokers: new Set(this.#brokers.keys()),
      brokerConfigs: new Set(this.#brokerConfigs.keys()),
      resourceConfigs: new Set(this.#resourceConfigs.keys()),
      topicsCreated: this.#created,
      topicsDeleted: this.#deleted,
      topicsChanged: [...this.#changed.values()],
      featuresChanged: image.featuresRevision !== before.featuresRevision,
      producerIdsChanged: image.producerIdRevision !== before.producerIdRevision,
    }
    return { image, delta }
  }

  /** Changes of an index over topics. Deletions come first: a name may have gone to another topic since. */
  #named<V>(entry: (topic: TopicImage) => readonly [string, V]): Map<string, V | undefined> {
    const changes = new Map<string, V | undefined>()
    for (const topic of this.#deleted) changes.set(entry(topic)[0], undefined)
    for (const topic of this.#byId.values()) if (topic) changes.set(...entry(topic))
    return changes
  }

  #buildTopic(topicId: string, draft: TopicDraft): void {
    const old = this.before.topicsById.get(topicId)
    const hidden = this.#hidden.get(topicId) ?? new LayeredMap<number, PartitionImage>()
    const hiding = new Map<number, PartitionImage | undefined>()
    if (draft.value === 'deleted' || (draft.value === 'same' && !old)) {
      // Nothing is shown any more (or not yet), so what partitions remain are hidden ones.
      if (old && draft.value === 'deleted') {
        old.partitions.forEach((partition, index) => hiding.set(index, partition))
        this.#deleted.push(old)
        this.#byId.set(topicId, undefined)
      }
      for (const [index, partition] of draft.partitions) hiding.set(index, partition ?? undefined)
      this.#setHidden(topicId, hidden.with(hiding))
      return
    }
    const value = draft.value === 'same' ? null : draft.value
    const count = value?.partitions ?? old?.partitions.length ?? 0
    const partitions = old ? [...old.partitions] : []
    const touched = new Set<number>()
    for (let index = partitions.length; index < count; index++) {
      const partition = draft.partitions.get(index) ?? hidden.get(index)
      if (!partition) throw missingPartition(topicId, index, count)
      partitions.push(this.#raised(partition))
      if (hidden.has(index)) hiding.set(index, undefined)
      touched.add(index)
    }
    if (partitions.length > count) throw missingPartition(topicId, count, partitions.length)
    for (const [index, partition] of draft.partitions) {
      if (index < count) {
        if (!partition) throw missingPartition(topicId, index, count)
        partitions[index] = this.#raised(partition)
        touched.add(index)
      } else hiding.set(index, partition ?? undefined)
    }
    this.#setHidden(topicId, hidden.with(hiding))
    this.#setTopic(topicId, old, value, touched.size > 0 || !old ? partitions : old.partitions, touched)
  }

  #setTopic(
    topicId: string,
    old: TopicImage | undefined,
    value: (TopicValue & { readonly modRevision: number }) | null,
    partitions: readonly PartitionImage[],
    touched: ReadonlySet<number>,
  ): void {
    const base = value ?? old
    if (!base || (old && !value && touched.size === 0)) return
    const { name, internal, configs, modRevision } = base
    const after: TopicImage = { topicId, name, internal, configs, partitions, modRevision }
    this.#byId.set(topicId, after)
    if (!old) {
      this.#created.push(after)
      return
    }
    const configsChanged = value !== null && !sameConfigs(old.configs, configs)
    this.#changed.set(topicId, { before: old, after, partitions: ascending(touched), configsChanged })
  }

  #setHidden(topicId: string, hidden: LayeredMap<number, PartitionImage>): void {
    if (hidden.size === 0 && !this.#hidden.has(topicId)) return
    this.#hidden = overlay(this.#hidden, new Map([[topicId, hidden.size > 0 ? hidden : null]]))
  }

  /** The partition with its epochs moved up to the registrations of its leader. */
  #raised(partition: PartitionImage): PartitionImage {
    const registrations =
      this.#allBrokers.get(partition.leader)?.registrations ?? partition.leaderRegistrations
    const since = registrations - partition.leaderRegistrations
    if (since === 0) return partition
    return {
      ...partition,
      leaderEpoch: partition.leaderEpoch + since,
      partitionEpoch: partition.partitionEpoch + since,
      leaderRegistrations: registrations,
    }
  }

  /** A registration raises the epochs of all partitions that the broker leads, also in topics without an event. */
  #raiseEpochs(): void {
    for (const old of this.before.topicsById.values()) {
      if (this.#byId.has(old.topicId) && !this.#byId.get(old.topicId)) continue
      const current = this.#byId.get(old.topicId) ?? old
      const touched = new Set<number>()
      const partitions = current.partitions.map((partition, index) => {
        const raised = this.#raised(partition)
        if (raised !== partition) touched.add(index)
        return raised
      })
      if (touched.size === 0) continue
      const after = { ...current, partitions }
      this.#byId.set(old.topicId, after)
      const change = this.#changed.get(old.topicId)
      for (const index of change?.partitions ?? []) touched.add(index)
      const configsChanged = change?.configsChanged ?? false
      this.#changed.set(old.topicId, { before: old, after, partitions: ascending(touched), configsChanged })
    }
  }
}

function neverDeleted(key: string): MetaStoreError {
  return new MetaStoreError('CORRUPT', `the metadata key ${key} was deleted, which must never happen`)
}

function missingPartition(topicId: string, partition: number, count: number): MetaStoreError {
  return new MetaStoreError(
    'CORRUPT',
    `the topic ${topicId} has ${count} partitions but the metadata has no record of partition ${partition}`,
  )
}

function ascending(numbers: ReadonlySet<number>): number[] {
  return [...numbers].sort((a, b) => a - b)
}

function sameConfigs(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a.size !== b.size) return false
  for (const [name, value] of a) if (b.get(name) !== value) return false
  return true
}

function overlayInto<K, V>(target: Map<K, V>, changes: ReadonlyMap<K, V | null>): void {
  for (const [key, value] of changes) {
    if (value === null) target.delete(key)
    else target.set(key, value)
  }
}

function overlay<K, V>(base: ReadonlyMap<K, V>, changes: ReadonlyMap<K, V | null>): ReadonlyMap<K, V> {
  if (changes.size === 0) return base
  const result = new Map(base)
  overlayInto(result, changes)
  return result
}

/**
 * The image after the events, and what changed. The events are whole revisions in order, the last of which is
 * `revision`. A topic without an event is shared with the old image, except where its leader's registration raised
 * epochs. Applied to `EMPTY_IMAGE` with all keys of a range it builds the first image.
 *
 * Throws `CORRUPT` when a value cannot be read or a topic lacks a partition.
 */
export function applyDelta(
  image: MetadataImage,
  events: readonly MetaEvent[],
  revision: number,
): AppliedDelta {
  const builder = new ImageBuilder(image)
  for (const event of events) builder.replay(event)
  return builder.build(revision)
}

function configsOf(event: MetaEvent): BrokerConfigImage | null {
  if (event.kind === 'delete') return null
  return { configs: parseBrokerConfigs(event.key, event.value), modRevision: event.modRevision }
}
