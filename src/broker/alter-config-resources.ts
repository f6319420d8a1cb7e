import { errorCode } from '../protocol/errors.ts'
import type { AlterConfigsResponse } from '../protocol/messages/33-alter-configs.ts'
import { NO_ERROR, settled, type ApiError } from './api-error.ts'
import { duplicatesOf } from './duplicates.ts'

interface NamedResource {
  readonly resourceType: number
  readonly resourceName: string
}

/**
 * The part that AlterConfigs and IncrementalAlterConfigs share: resources are altered one by one, each with its own error, and one
 * that the request has twice is not altered at all.
 */
export async function alterEach<R extends NamedResource>(
  resources: readonly R[],
  alter: (resource: R) => Promise<void>,
): Promise<AlterConfigsResponse> {
  const { duplicates } = duplicatesOf(resources, keyOf)
  const twice = { code: errorCode('INVALID_REQUEST'), message: 'Each resource must appear at most once.' }
  const responses = resources.map(async (resource) => {
    if (duplicates.has(keyOf(resource))) return responseOf(resource, twice)
    return responseOf(
      resource,
      await settled(
        async () => {
          await alter(resource)
          return NO_ERROR
        },
        (error) => error,
      ),
    )
  })
  return { throttleTimeMs: 0, responses: await Promise.all(responses) }
}

/** The same error for all resources. */
export function responseFor(resources: readonly NamedResource[], error: ApiError): AlterConfigsResponse {
  return { throttleTimeMs: 0, responses: resources.map((resource) => responseOf(resource, error)) }
}

function keyOf({ resourceType, resourceName }: NamedResource): string {
  return `${resourceType} ${resourceName}`
}

function responseOf(
  { resourceType, resourceName }: NamedResource,
  { code, message }: ApiError,
): AlterConfigsResponse['responses'][number] {
  return { errorCode: code, errorMessage: message, resourceType, resourceName }
}
