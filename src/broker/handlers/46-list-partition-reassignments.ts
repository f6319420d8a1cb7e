/** ListPartitionReassignments 0 (KIP-455). With one node no partition is ever on its way to another. */
import { errorCode } from '../../protocol/errors.ts'
import { defineHandler } from '../handler.ts'

export const listPartitionReassignmentsHandler = defineHandler<'ListPartitionReassignments'>({
  api: 'ListPartitionReassignments',
  handle: () => ({ throttleTimeMs: 0, errorCode: errorCode('NONE'), errorMessage: null, topics: [] }),
  failed: (code, message) => ({ throttleTimeMs: 0, errorCode: code, errorMessage: message, topics: [] }),
})
