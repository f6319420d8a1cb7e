/** UnregisterController 0: removes a controller's registration. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const unregisterControllerRequest = {
  name: 'UnregisterControllerRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    controllerId: { type: 'int32' },
  },
} as const satisfies MessageTable

export type UnregisterControllerRequest = MessageOf<typeof unregisterControllerRequest>

export const unregisterControllerResponse = {
  name: 'UnregisterControllerResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
  },
} as const satisfies MessageTable

export type UnregisterControllerResponse = MessageOf<typeof unregisterControllerResponse>
