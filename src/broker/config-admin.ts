import { configSource } from '../config/kafka-type.ts'
import {
  clientMetricsProperties,
  describeResourceConfigs,
  groupConfigProperties,
  validateClientMetricsConfigs,
  validateGroupConfigs,
  refuseClientMetrics,
  type ResourceProperties,
} from '../config/resource-properties.ts'
import { resourceConfigs, setResourceConfigs } from '../metadata/resource-configs.ts'
import { layerValues, validateBrokerConfigs, type BrokerLayers } from '../config/broker-layers.ts'
import { brokerProperties } from '../config/broker-properties.ts'
import {
  describeBrokerConfigs,
  describeClusterBrokerConfigs,
  describeTopicConfigs,
  type ConfigDescription,
} from '../config/describe-configs.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import { effectiveTopicText, validateTopicConfigs } from '../config/topic-config.ts'
import { topicProperties, type TopicProperty } from '../config/topic-properties.ts'
import type { Configs, MetadataImage } from '../metadata/image.ts'
import type { Decision, Metadata } from '../metadata/metadata.ts'
import {
  alterConfigs,
  alterTopicConfigs,
  replaceTopicConfigs,
  setBrokerConfigs,
  type ConfigAlteration,
  type ConfigRules,
} from '../metadata/topic-configs.ts'
import { topicNamed } from '../metadata/topics.ts'
import { KafkaError } from '../protocol/errors.ts'

/** What has configs. A broker with the id '' stands for all brokers. */
export type ConfigResource =
  | { readonly kind: 'topic'; readonly name: string }
  | { readonly kind: 'broker'; readonly id: string }
  | { readonly kind: 'group' | 'client-metrics'; readonly name: string }

const topicRows: ReadonlyMap<string, TopicProperty> = new Map(Object.entries<TopicProperty>(topicProperties))

/** The configuration that a broker started with, with what the metadata lays over it. */
export function brokerLayersOf(config: ResolvedConfig, image: MetadataImage, nodeId: number): BrokerLayers {
  const stored = (id: string) => Object.fromEntries(image.brokerConfigs.get(id)?.configs ?? [])
  return { config, broker: stored(String(nodeId)), cluster: stored('') }
}

/**
 * Reads and changes the configs of topics and brokers. Changes are durable and in effect when they are answered. Errors are
 * KafkaErrors; a broker config that cannot be changed while the broker runs, or not to that value, is INVALID_REQUEST as in Kafka
 * (where INVALID_CONFIG would have been expected), a topic config INVALID_CONFIG.
 */
export class ConfigAdmin {
  readonly #metadata: Metadata
  readonly #layers: () => BrokerLayers

  constructor(metadata: Metadata, layers: () => BrokerLayers) {
    this.#metadata = metadata
    this.#layers = layers
  }

  /** Every config of the resource; of all brokers only those that are set. Throws UNKNOWN_TOPIC_OR_PARTITION. */
  describe(resource: ConfigResource): readonly ConfigDescription[] {
    const layers = this.#layers()
    if (resource.kind === 'topic') {
      const { configs } = topicNamed(this.#metadata.image, resource.name)
      return describeTopicConfigs(Object.fromEntries(configs), layers)
    }
    if (resource.kind !== 'broker') {
      const own = Object.fromEntries(resourceConfigs(this.#metadata.image, resource.kind, resource.name))
      return resource.kind === 'group'
        ? describeResourceConfigs(groupConfigProperties, own, configSource.GROUP_CONFIG, layers)
        : describeResourceConfigs(clientMetricsProperties, own, configSource.CLIENT_METRICS_CONFIG, layers)
    }
    return resource.id === ''
      ? describeClusterBrokerConfigs(layers.cluster, layers)
      : describeBrokerConfigs(layers)
  }

  /** The configs of a topic with these overrides, whether it exists or not. */
  describeTopicWith(overrides: Configs): readonly ConfigDescription[] {
    return describeTopicConfigs(Object.fromEntries(overrides), this.#layers())
  }

  /** Sets, removes, appends to and subtracts from single configs. The result is what is set then. */
  async alter(
    resource: ConfigResource,
    alterations: readonly ConfigAlteration[],
    { validateOnly }: { readonly validateOnly: boolean },
  ): Promise<Configs> {
    const rules = this.#rulesOf(resource)
    return await this.#decide(validateOnly, (image) => {
      if (resource.kind === 'topic') return alterTopicConfigs(image, resource.name, alterations, rules)
      if (resource.kind !== 'broker') {
        const { kind, name } = resource
        const altered = alterConfigs(resourceConfigs(image, kind, name), alterations, rules)
        return setResourceConfigs(image, kind, name, altered)
      }
      const current = image.brokerConfigs.get(resource.id)?.configs ?? new Map()
      return setBrokerConfigs(image, resource.id, alterConfigs(current, alterations, rules))
    })
  }

  /** Replaces all configs that are set. */
  async replace(
    resource: ConfigResource,
    configs: Configs,
    { validateOnly }: { readonly validateOnly: boolean },
  ): Promise<Configs> {
    const rules = this.#rulesOf(resource)
    return await this.#decide(validateOnly, (image) => {
      if (resource.kind === 'topic') return replaceTopicConfigs(image, resource.name, configs, rules)
      rules.checkConfigs(configs)
      if (resource.kind !== 'broker') return setResourceConfigs(image, resource.kind, resource.name, configs)
      return setBrokerConfigs(image, resource.id, configs)
    })
  }

  #rulesOf(resource: ConfigResource): ConfigRules {
    switch (resource.kind) {
      case 'topic':
        return this.topicRules()
      case 'broker':
        return this.#brokerRules(resource.id)
      case 'group':
        return resourceRules(groupConfigProperties, (configs) =>
          validateGroupConfigs(configs, this.#layers()),
        )
      case 'client-metrics':
        return clientMetricsRules()
    }
  }

  topicRules(): ConfigRules {
    const layers = this.#layers()
    return {
      checkConfigs: (configs) => {
        const problem = validateTopicConfigs(Object.fromEntries(configs), layers)
        if (problem !== null) throw new KafkaError('INVALID_CONFIG', problem)
      },
      isList: (name) => topicRows.get(name)?.kafkaType === 'list',
      inherited: (name) => {
        const row = topicRows.get(name)
        return row === undefined ? null : effectiveTopicText(name, row, {}, layers)
      },
    }
  }

  #brokerRules(id: string): ConfigRules {
    const layers = this.#layers()
    const below = id === '' ? { ...layers, broker: {}, cluster: {} } : { ...layers, broker: {} }
    return {
      checkConfigs: (configs) => {
        const problem = validateBrokerConfigs(Object.fromEntries(configs), id === '' ? 'cluster' : 'broker')
        if (problem === null) return
        const unknown = [...configs.keys()].some((name) => !brokerProperties.has(name))
        throw new KafkaError(unknown ? 'INVALID_CONFIG' : 'INVALID_REQUEST', problem)
      },
      isList: (name) => brokerProperties.get(name)?.kafkaType === 'list',
      inherited: (name) => layerValues(below, name)[0]?.text ?? null,
    }
  }

  async #decide(
    validateOnly: boolean,
    decide: (image: MetadataImage) => Decision<Configs>,
  ): Promise<Configs> {
    if (validateOnly) return decide(this.#metadata.image).result
    return (await this.#metadata.change(decide)).result
  }
}

function clientMetricsRules(): ConfigRules {
  const rules = resourceRules(clientMetricsProperties, validateClientMetricsConfigs)
  return {
    ...rules,
    checkConfigs: (configs) => {
      const problem = refuseClientMetrics(Object.fromEntries(configs))
      if (problem !== null) throw new KafkaError('INVALID_REQUEST', problem)
      rules.checkConfigs(configs)
    },
  }
}

function resourceRules(
  properties: ResourceProperties,
  validate: (configs: Readonly<Record<string, string>>) => string | null,
): ConfigRules {
  return {
    checkConfigs: (configs) => {
      const problem = validate(Object.fromEntries(configs))
      if (problem !== null) throw new KafkaError('INVALID_CONFIG', problem)
    },
    isList: (name) => properties[name]?.kafkaType === 'list',
    inherited: (name) => properties[name]?.default ?? null,
  }
}
