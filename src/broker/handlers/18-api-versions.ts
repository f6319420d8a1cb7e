import { apiTable } from '../../protocol/api-keys.ts'
import { errorCode } from '../../protocol/errors.ts'
import type { ResponseInputOf } from '../../protocol/api-keys.ts'
import { finalizedLevel, supportedFeatures } from '../../metadata/features.ts'
import type { Broker } from '../broker.ts'
import { defineHandler } from '../handler.ts'

/**
 * ApiVersions 0-5 (KIP-35, KIP-511, KIP-584, KIP-1242). Lists the APIs that have a handler, in full range; Produce from 0, as Kafka
 * does for old librdkafka (KAFKA-18659). Features are those of `metadata/features.ts`. A version that is not known is answered in version 0 with UNSUPPORTED_VERSION.
 */
export const apiVersionsHandler = defineHandler({
  api: 'ApiVersions',
  handle(request, context) {
    if (context.apiVersion >= 3) {
      const { clientSoftwareName: name, clientSoftwareVersion: version } = request
      if (!validSoftware.test(name) || !validSoftware.test(version)) {
        return { errorCode: errorCode('INVALID_REQUEST'), apiKeys: [] }
      }
      context.client.name = name
      context.client.version = version
    }
    if (context.apiVersion >= 5) {
      const { broker } = context
      const wrongCluster = request.clusterId !== null && request.clusterId !== broker.clusterId
      const wrongNode = request.nodeId >= 0 && request.nodeId !== broker.nodeId
      if (wrongCluster || wrongNode) return { errorCode: errorCode('REBOOTSTRAP_REQUIRED'), apiKeys: [] }
    }
    return {
      errorCode: 0,
      apiKeys: advertised(context.broker.implements),
      finalizedFeaturesEpoch: context.broker.metadata.image.revision,
      ...advertisedFeatures(context.broker, context.apiVersion),
    }
  },
  failed: (code) => ({ errorCode: code, apiKeys: [] }),
})

/** Before version 4 clients can not read a lowest level of 0, so such features are left out of the supported ones, as Kafka does. */
function advertisedFeatures(
  broker: Broker,
  apiVersion: number,
): Pick<ResponseInputOf<'ApiVersions'>, 'supportedFeatures' | 'finalizedFeatures'> {
  const { image } = broker.metadata
  const supported = supportedFeatures(broker.implements)
  return {
    supportedFeatures: supported
      .filter(({ minLevel }) => apiVersion >= 4 || minLevel > 0)
      .map(({ name, minLevel, maxLevel }) => ({ name, minVersion: minLevel, maxVersion: maxLevel })),
    finalizedFeatures: supported
      .map(({ name }) => ({ name, level: finalizedLevel(image, name) }))
      .filter(({ level }) => level > 0)
      .map(({ name, level }) => ({ name, maxVersionLevel: level, minVersionLevel: level })),
  }
}

/** KIP-511: what a client may call itself. */
const validSoftware = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?$/

/** The answer to a version of ApiVersions that is not known, which goes out as version 0 (KIP-511). */
export function unsupportedApiVersions(): ResponseInputOf<'ApiVersions'> {
  const own = advertised((apiKey) => apiKey === 18)
  return { errorCode: errorCode('UNSUPPORTED_VERSION'), apiKeys: own }
}

function advertised(
  implemented: (apiKey: number) => boolean,
): { apiKey: number; minVersion: number; maxVersion: number }[] {
  return apiTable
    .filter((api) => implemented(api.key))
    .map((api) => ({ apiKey: api.key, minVersion: api.advertised[0], maxVersion: api.advertised[1] }))
}
