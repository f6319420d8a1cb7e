/**
 * What a client may do, as bits by the codes of AclOperation (KIP-430). Without an authorizer everybody may do everything that
 * the kind of resource knows.
 */
const operations = {
  read: 1 << 3,
  write: 1 << 4,
  create: 1 << 5,
  delete: 1 << 6,
  alter: 1 << 7,
  describe: 1 << 8,
  clusterAction: 1 << 9,
  describeConfigs: 1 << 10,
  alterConfigs: 1 << 11,
  idempotentWrite: 1 << 12,
} as const

const {
  read,
  write,
  create,
  alter,
  describe,
  clusterAction,
  describeConfigs,
  alterConfigs,
  idempotentWrite,
} = operations

export const TOPIC_OPERATIONS =
  read | write | create | operations.delete | alter | describe | describeConfigs | alterConfigs

export const GROUP_OPERATIONS = read | operations.delete | describe | describeConfigs | alterConfigs

export const CLUSTER_OPERATIONS =
  create | alter | describe | clusterAction | describeConfigs | alterConfigs | idempotentWrite

/** The client did not ask. */
export const OPERATIONS_OMITTED = -2147483648
