/**
 * DescribeConfigs 1-4. 1 has sources and synonyms (KIP-226), 3 types and documentation (KIP-569).
 *
 * Divergences: a resource of an unknown type fails alone, where Kafka fails the request. Loggers have no configs
 * here and are answered with INVALID_REQUEST.
 */
import type { ConfigDescription } from '../../config/describe-configs.ts'
import { errorCode } from '../../protocol/errors.ts'
import type {
  DescribeConfigsRequest,
  DescribeConfigsResponse,
} from '../../protocol/messages/32-describe-configs.ts'
import { apiErrorOf, NO_ERROR, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { configResource } from '../config-resource.ts'
import { defineHandler } from '../handler.ts'

type Resource = DescribeConfigsRequest['resources'][number]
type Result = DescribeConfigsResponse['results'][number]
type Config = Result['configs'][number]

export const describeConfigsHandler = defineHandler<'DescribeConfigs'>({
  api: 'DescribeConfigs',
  handle: (request, { broker }) => ({
    throttleTimeMs: 0,
    results: request.resources.map((resource) => describe(broker, request, resource)),
  }),
  failed: (code, message, { resources }) => ({
    throttleTimeMs: 0,
    results: resources.map((resource) => result(resource, { code, message }, [])),
  }),
})

function describe(broker: Broker, request: DescribeConfigsRequest, resource: Resource): Result {
  const { resourceType, resourceName, configurationKeys } = resource
  try {
    const described = broker.configAdmin.describe(configResource(resourceType, resourceName, broker.nodeId))
    // No keys mean all of them, as null does.
    const keys =
      configurationKeys === null || configurationKeys.length === 0 ? null : new Set(configurationKeys)
    const wanted = keys === null ? described : described.filter(({ name }) => keys.has(name))
    return result(
      resource,
      NO_ERROR,
      wanted.map((config) => entry(config, request)),
    )
  } catch (error) {
    return result(resource, apiErrorOf(error), [])
  }
}

function entry(config: ConfigDescription, request: DescribeConfigsRequest): Config {
  const { name, value, readOnly, source, sensitive, type, documentation, synonyms } = config
  return {
    name,
    value,
    readOnly,
    configSource: source,
    isSensitive: sensitive,
    synonyms: request.includeSynonyms ? synonyms : [],
    configType: type,
    documentation: request.includeDocumentation ? documentation : null,
  }
}

function result(
  { resourceType, resourceName }: Resource,
  { code, message }: ApiError,
  configs: Config[],
): Result {
  // Kafka's text for "no error" is empty here, not null.
  const errorMessage = code === errorCode('NONE') ? '' : message
  return { errorCode: code, errorMessage, resourceType, resourceName, configs }
}
