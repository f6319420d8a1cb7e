/** None of these is a part of another one, so that each can be found in the bytes of a write. */
export const transactionsTopic = 'crash-transactions'
export const transactionalId = 'crash-transactional-id'
export const transactionsGroup = 'crash-offsets-in-transactions'
