import {
  MAX_KEY_LENGTH,
  MAX_OPERATION_ID_LENGTH,
  MAX_TRANSACTION_BYTES,
  MetaStoreError,
  type Operation,
  type Transaction,
} from './meta-store.ts'

const PRINTABLE_ASCII = /^[\x21-\x7e]+$/

function invalid(message: string): MetaStoreError {
  return new MetaStoreError('INVALID_TRANSACTION', message)
}

function checkKey(key: string, what: string): void {
  if (key.length > MAX_KEY_LENGTH || !PRINTABLE_ASCII.test(key)) {
    throw invalid(`${what} "${key}" must be 1 to ${MAX_KEY_LENGTH} printable ASCII characters without spaces`)
  }
}

function targetOf(operation: Operation): string {
  return operation.kind === 'deletePrefix' ? operation.prefix : operation.key
}

function checkOperations(operations: readonly Operation[], maxOperations: number, list: string): number {
  if (operations.length > maxOperations) {
    throw invalid(
      `a transaction may have ${maxOperations} operations in ${list}, this one has ${operations.length}; split it with transactInBulk`,
    )
  }
  let bytes = 0
  const keys = new Set<string>()
  for (const operation of operations) {
    const target = targetOf(operation)
    checkKey(target, operation.kind === 'deletePrefix' ? 'the prefix' : 'the key')
    if (keys.has(target)) throw invalid(`the key "${target}" is touched twice in ${list} of one transaction`)
    keys.add(target)
    if (operation.kind === 'put' && !operation.value.isWellFormed()) {
      throw invalid(`the value of "${target}" is not valid Unicode and would not come back as it was`)
    }
    bytes += target.length + (operation.kind === 'put' ? Buffer.byteLength(operation.value) : 0)
  }
  for (const operation of operations) {
    if (operation.kind !== 'deletePrefix') continue
    for (const key of keys) {
      if (key !== operation.prefix && key.startsWith(operation.prefix)) {
        throw invalid(`the key "${key}" lies below the prefix "${operation.prefix}" that ${list} deletes`)
      }
    }
  }
  return bytes
}

/**
 * Rejects what no backend takes, with `INVALID_TRANSACTION`. Every store calls it first, so that a transaction which
 * works on one store is not refused by another.
 */
export function checkTransaction(transaction: Transaction, maxOperations: number): void {
  const { compare, success, failure, operationId } = transaction
  if (operationId !== undefined) {
    checkKey(operationId, 'the operation id')
    if (operationId.length > MAX_OPERATION_ID_LENGTH) {
      throw invalid(`the operation id "${operationId}" is longer than ${MAX_OPERATION_ID_LENGTH} characters`)
    }
  }
  if (compare.length > maxOperations) {
    throw invalid(`a transaction may have ${maxOperations} compares, this one has ${compare.length}`)
  }
  for (const { key, modRevision } of compare) {
    checkKey(key, 'the key')
    if (!Number.isSafeInteger(modRevision) || modRevision < 0) {
      throw invalid(`the revision ${modRevision} compared for "${key}" is not a whole number of at least 0`)
    }
  }
  const bytes =
    checkOperations(success, maxOperations, 'success') +
    checkOperations(failure ?? [], maxOperations, 'failure')
  if (bytes > MAX_TRANSACTION_BYTES) {
    throw invalid(
      `a transaction may carry ${MAX_TRANSACTION_BYTES} bytes of keys and values, this one has ${bytes}`,
    )
  }
}
