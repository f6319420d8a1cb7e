// Longer than 500 lines because it is one table: every error code of the protocol.
/**
 * Kafka's error codes. `retriable` tells a client that the same request may succeed later; both facts are those of
 * Kafka's Errors class, the messages are ours. One table, hence one long file.
 */
export interface ErrorEntry {
  readonly code: number
  readonly retriable: boolean
  /** What went wrong in general; a KafkaError's own message says it with the user's values. */
  readonly message: string
}

export const errorTable = {
  UNKNOWN_SERVER_ERROR: {
    code: -1,
    retriable: false,
    message: 'The server failed in a way it did not foresee; its log has the cause.',
  },
  NONE: { code: 0, retriable: false, message: 'No error.' },
  OFFSET_OUT_OF_RANGE: {
    code: 1,
    retriable: false,
    message: 'The offset lies outside the offsets that the partition holds.',
  },
  CORRUPT_MESSAGE: {
    code: 2,
    retriable: true,
    message: 'A record batch failed its checksum, is malformed, or has a null key in a compacted topic.',
  },
  UNKNOWN_TOPIC_OR_PARTITION: {
    code: 3,
    retriable: true,
    message: 'The topic or partition does not exist here.',
  },
  INVALID_FETCH_SIZE: { code: 4, retriable: false, message: 'The fetch size is not valid.' },
  LEADER_NOT_AVAILABLE: {
    code: 5,
    retriable: true,
    message: 'The partition has no leader at the moment; an election is under way.',
  },
  NOT_LEADER_OR_FOLLOWER: {
    code: 6,
    retriable: true,
    message: 'This broker is not the leader of the partition, nor a replica that may answer.',
  },
  REQUEST_TIMED_OUT: {
    code: 7,
    retriable: true,
    message: 'The request was not finished within its timeout.',
  },
  BROKER_NOT_AVAILABLE: { code: 8, retriable: false, message: 'The broker cannot be reached.' },
  REPLICA_NOT_AVAILABLE: {
    code: 9,
    retriable: true,
    message: 'The replica is not available on this broker.',
  },
  MESSAGE_TOO_LARGE: {
    code: 10,
    retriable: false,
    message: 'A record batch is larger than max.message.bytes allows.',
  },
  STALE_CONTROLLER_EPOCH: {
    code: 11,
    retriable: false,
    message: 'The controller that sent this was replaced by a newer one.',
  },
  OFFSET_METADATA_TOO_LARGE: {
    code: 12,
    retriable: false,
    message: 'The metadata string of a committed offset is longer than offset.metadata.max.bytes.',
  },
  NETWORK_EXCEPTION: {
    code: 13,
    retriable: true,
    message: 'The connection was lost before the response arrived.',
  },
  COORDINATOR_LOAD_IN_PROGRESS: {
    code: 14,
    retriable: true,
    message: 'The coordinator is still loading its state; try again.',
  },
  COORDINATOR_NOT_AVAILABLE: {
    code: 15,
    retriable: true,
    message: 'No coordinator is available yet; try again.',
  },
  NOT_COORDINATOR: {
    code: 16,
    retriable: true,
    message: 'This broker is not the coordinator for the key; look it up again.',
  },
  INVALID_TOPIC_EXCEPTION: {
    code: 17,
    retriable: false,
    message: 'The topic name is not valid, or the topic must not be used this way.',
  },
  RECORD_LIST_TOO_LARGE: {
    code: 18,
    retriable: false,
    message: 'A record batch is larger than a log segment.',
  },
  NOT_ENOUGH_REPLICAS: {
    code: 19,
    retriable: true,
    message: 'Fewer replicas are in sync than min.insync.replicas demands; nothing was written.',
  },
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: {
    code: 20,
    retriable: true,
    message: 'The records were written, but to fewer in-sync replicas than min.insync.replicas demands.',
  },
  INVALID_REQUIRED_ACKS: { code: 21, retriable: false, message: 'acks must be 0, 1 or -1.' },
  ILLEGAL_GENERATION: {
    code: 22,
    retriable: false,
    message: "The generation id is not the group's current one.",
  },
  INCONSISTENT_GROUP_PROTOCOL: {
    code: 23,
    retriable: false,
    message: 'The member shares no protocol with the rest of the group, or its protocol type differs.',
  },
  INVALID_GROUP_ID: { code: 24, retriable: false, message: 'The group id is empty or not valid.' },
  UNKNOWN_MEMBER_ID: {
    code: 25,
    retriable: false,
    message: 'The coordinator does not know this member; join again.',
  },
  INVALID_SESSION_TIMEOUT: {
    code: 26,
    retriable: false,
    message: 'The session timeout lies outside the bounds that the broker allows.',
  },
  REBALANCE_IN_PROGRESS: { code: 27, retriable: false, message: 'The group is rebalancing; join again.' },
  INVALID_COMMIT_OFFSET_SIZE: {
    code: 28,
    retriable: false,
    message: 'The offsets to commit do not fit into one record batch.',
  },
  TOPIC_AUTHORIZATION_FAILED: {
    code: 29,
    retriable: false,
    message: 'The principal may not do this with the topic.',
  },
  GROUP_AUTHORIZATION_FAILED: {
    code: 30,
    retriable: false,
    message: 'The principal may not do this with the group.',
  },
  CLUSTER_AUTHORIZATION_FAILED: {
    code: 31,
    retriable: false,
    message: 'The principal may not do this with the cluster.',
  },
  INVALID_TIMESTAMP: {
    code: 32,
    retriable: false,
    message: "A record's timestamp is too far from the broker's time.",
  },
  UNSUPPORTED_SASL_MECHANISM: {
    code: 33,
    retriable: false,
    message: 'The SASL mechanism is not enabled here.',
  },
  ILLEGAL_SASL_STATE: {
    code: 34,
    retriable: false,
    message: 'The request does not fit the state of the SASL exchange.',
  },
  UNSUPPORTED_VERSION: { code: 35, retriable: false, message: 'This version of the API is not supported.' },
  TOPIC_ALREADY_EXISTS: { code: 36, retriable: false, message: 'A topic with this name exists.' },
  INVALID_PARTITIONS: { code: 37, retriable: false, message: 'The number of partitions is not valid.' },
  INVALID_REPLICATION_FACTOR: {
    code: 38,
    retriable: false,
    message: 'The replication factor is below 1 or above the number of brokers.',
  },
  INVALID_REPLICA_ASSIGNMENT: { code: 39, retriable: false, message: 'The replica assignment is not valid.' },
  INVALID_CONFIG: { code: 40, retriable: false, message: 'A configuration name or value is not valid.' },
  NOT_CONTROLLER: { code: 41, retriable: true, message: 'This node is not the active controller.' },
  INVALID_REQUEST: { code: 42, retriable: false, message: 'The request is malformed or contradicts itself.' },
  UNSUPPORTED_FOR_MESSAGE_FORMAT: {
    code: 43,
    retriable: false,
    message: 'The record format on the broker cannot serve this request.',
  },
  POLICY_VIOLATION: { code: 44, retriable: false, message: 'A policy of the broker rejects the request.' },
  OUT_OF_ORDER_SEQUENCE_NUMBER: {
    code: 45,
    retriable: false,
    message: "A batch's sequence number does not follow the producer's last one.",
  },
  DUPLICATE_SEQUENCE_NUMBER: {
    code: 46,
    retriable: false,
    message: 'A batch with this sequence number was already written.',
  },
  INVALID_PRODUCER_EPOCH: { code: 47, retriable: false, message: "The producer's epoch is outdated." },
  INVALID_TXN_STATE: {
    code: 48,
    retriable: false,
    message: 'The operation does not fit the state of the transaction.',
  },
  INVALID_PRODUCER_ID_MAPPING: {
    code: 49,
    retriable: false,
    message: 'The producer id is not the one that belongs to this transactional id.',
  },
  INVALID_TRANSACTION_TIMEOUT: {
    code: 50,
    retriable: false,
    message: 'The transaction timeout is larger than transaction.max.timeout.ms.',
  },
  CONCURRENT_TRANSACTIONS: {
    code: 51,
    retriable: true,
    message: 'Another operation on the same transaction is still under way; try again.',
  },
  TRANSACTION_COORDINATOR_FENCED: {
    code: 52,
    retriable: false,
    message: 'A newer transaction coordinator has taken over.',
  },
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: {
    code: 53,
    retriable: false,
    message: 'The principal may not use the transactional id.',
  },
  SECURITY_DISABLED: {
    code: 54,
    retriable: false,
    message: 'Security features are switched off on this broker.',
  },
  OPERATION_NOT_ATTEMPTED: {
    code: 55,
    retriable: false,
    message: 'The operation was not tried, because another one in the same request failed.',
  },
  KAFKA_STORAGE_ERROR: { code: 56, retriable: true, message: 'The disk failed on a log of this partition.' },
  LOG_DIR_NOT_FOUND: { code: 57, retriable: false, message: "The log directory is not one of the broker's." },
  SASL_AUTHENTICATION_FAILED: { code: 58, retriable: false, message: 'Authentication failed.' },
  UNKNOWN_PRODUCER_ID: {
    code: 59,
    retriable: false,
    message: 'The broker keeps no state for this producer id.',
  },
  REASSIGNMENT_IN_PROGRESS: {
    code: 60,
    retriable: false,
    message: 'A reassignment of this partition is under way.',
  },
  DELEGATION_TOKEN_AUTH_DISABLED: {
    code: 61,
    retriable: false,
    message: 'Delegation tokens are switched off.',
  },
  DELEGATION_TOKEN_NOT_FOUND: { code: 62, retriable: false, message: 'The delegation token does not exist.' },
  DELEGATION_TOKEN_OWNER_MISMATCH: {
    code: 63,
    retriable: false,
    message: 'The principal is neither owner nor renewer of the token.',
  },
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: {
    code: 64,
    retriable: false,
    message: 'Delegation tokens cannot be requested over this kind of connection.',
  },
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: {
    code: 65,
    retriable: false,
    message: 'The principal may not do this with the delegation token.',
  },
  DELEGATION_TOKEN_EXPIRED: { code: 66, retriable: false, message: 'The delegation token has expired.' },
  INVALID_PRINCIPAL_TYPE: { code: 67, retriable: false, message: 'The principal type is not supported.' },
  NON_EMPTY_GROUP: { code: 68, retriable: false, message: 'The group still has members.' },
  GROUP_ID_NOT_FOUND: { code: 69, retriable: false, message: 'The group does not exist.' },
  FETCH_SESSION_ID_NOT_FOUND: {
    code: 70,
    retriable: true,
    message: 'The fetch session does not exist (any more).',
  },
  INVALID_FETCH_SESSION_EPOCH: {
    code: 71,
    retriable: true,
    message: 'The fetch session epoch is not the expected one.',
  },
  LISTENER_NOT_FOUND: {
    code: 72,
    retriable: true,
    message: 'The leader has no listener of the name over which this request came.',
  },
  TOPIC_DELETION_DISABLED: {
    code: 73,
    retriable: false,
    message: 'Topic deletion is switched off (delete.topic.enable).',
  },
  FENCED_LEADER_EPOCH: {
    code: 74,
    retriable: true,
    message: "The request's leader epoch is older than the broker's.",
  },
  UNKNOWN_LEADER_EPOCH: {
    code: 75,
    retriable: true,
    message: "The request's leader epoch is newer than the broker's.",
  },
  UNSUPPORTED_COMPRESSION_TYPE: {
    code: 76,
    retriable: false,
    message: "The client's version cannot read the compression of this partition.",
  },
  STALE_BROKER_EPOCH: {
    code: 77,
    retriable: false,
    message: 'The broker was registered again since; its epoch is outdated.',
  },
  OFFSET_NOT_AVAILABLE: {
    code: 78,
    retriable: true,
    message: "The new leader's high watermark has not caught up yet; try again.",
  },
  MEMBER_ID_REQUIRED: {
    code: 79,
    retriable: false,
    message: 'The coordinator gave out a member id; join again with it.',
  },
  PREFERRED_LEADER_NOT_AVAILABLE: {
    code: 80,
    retriable: true,
    message: 'The preferred leader is not available.',
  },
  GROUP_MAX_SIZE_REACHED: { code: 81, retriable: false, message: 'The group is full (group.max.size).' },
  FENCED_INSTANCE_ID: {
    code: 82,
    retriable: false,
    message: 'Another consumer with the same group.instance.id has taken over.',
  },
  ELIGIBLE_LEADERS_NOT_AVAILABLE: {
    code: 83,
    retriable: true,
    message: 'No replica that may become leader is available.',
  },
  ELECTION_NOT_NEEDED: {
    code: 84,
    retriable: true,
    message: 'The partition already has the leader that the election would give.',
  },
  NO_REASSIGNMENT_IN_PROGRESS: {
    code: 85,
    retriable: false,
    message: 'No reassignment of this partition is under way.',
  },
  GROUP_SUBSCRIBED_TO_TOPIC: {
    code: 86,
    retriable: false,
    message: 'The group is subscribed to the topic, so its offsets cannot be deleted.',
  },
  INVALID_RECORD: { code: 87, retriable: false, message: "A record failed the broker's validation." },
  UNSTABLE_OFFSET_COMMIT: {
    code: 88,
    retriable: true,
    message: 'Offsets of open transactions are pending for the group; try again.',
  },
  THROTTLING_QUOTA_EXCEEDED: {
    code: 89,
    retriable: true,
    message: 'The quota for such changes is used up; wait for the throttle time.',
  },
  PRODUCER_FENCED: {
    code: 90,
    retriable: false,
    message: 'A newer producer with the same transactional id has taken over.',
  },
  RESOURCE_NOT_FOUND: {
    code: 91,
    retriable: false,
    message: 'The request names something that does not exist.',
  },
  DUPLICATE_RESOURCE: { code: 92, retriable: false, message: 'The request names the same thing twice.' },
  UNACCEPTABLE_CREDENTIAL: {
    code: 93,
    retriable: false,
    message: 'The credential does not meet the requirements.',
  },
  INCONSISTENT_VOTER_SET: {
    code: 94,
    retriable: false,
    message: 'Sender or receiver is not one of the expected voters.',
  },
  INVALID_UPDATE_VERSION: { code: 95, retriable: false, message: 'The feature level is not valid.' },
  FEATURE_UPDATE_FAILED: { code: 96, retriable: false, message: 'The feature could not be updated.' },
  PRINCIPAL_DESERIALIZATION_FAILURE: {
    code: 97,
    retriable: false,
    message: 'The forwarded principal could not be read.',
  },
  SNAPSHOT_NOT_FOUND: { code: 98, retriable: false, message: 'The snapshot does not exist.' },
  POSITION_OUT_OF_RANGE: { code: 99, retriable: false, message: 'The position lies outside the snapshot.' },
  UNKNOWN_TOPIC_ID: { code: 100, retriable: true, message: 'No topic with this id exists here.' },
  DUPLICATE_BROKER_REGISTRATION: {
    code: 101,
    retriable: false,
    message: 'Another broker with this id is registered.',
  },
  BROKER_ID_NOT_REGISTERED: { code: 102, retriable: false, message: 'No broker with this id is registered.' },
  INCONSISTENT_TOPIC_ID: {
    code: 103,
    retriable: true,
    message: 'The topic id does not belong to the log that the request means.',
  },
  INCONSISTENT_CLUSTER_ID: {
    code: 104,
    retriable: false,
    message: 'The request was meant for another cluster.',
  },
  TRANSACTIONAL_ID_NOT_FOUND: {
    code: 105,
    retriable: false,
    message: 'The transactional id does not exist.',
  },
  FETCH_SESSION_TOPIC_ID_ERROR: {
    code: 106,
    retriable: true,
    message: 'The fetch session mixes topic ids and topic names.',
  },
  INELIGIBLE_REPLICA: {
    code: 107,
    retriable: false,
    message: 'A replica that may not join the in-sync set was named.',
  },
  NEW_LEADER_ELECTED: {
    code: 108,
    retriable: false,
    message: 'The partition was changed, and has another leader now.',
  },
  OFFSET_MOVED_TO_TIERED_STORAGE: {
    code: 109,
    retriable: false,
    message: 'The offset has moved to tiered storage.',
  },
  FENCED_MEMBER_EPOCH: {
    code: 110,
    retriable: false,
    message: "The member's epoch is outdated; give up all partitions and join again.",
  },
  UNRELEASED_INSTANCE_ID: {
    code: 111,
    retriable: false,
    message: 'Another member still holds the instance id; it must leave first.',
  },
  UNSUPPORTED_ASSIGNOR: {
    code: 112,
    retriable: false,
    message: 'The assignor is not supported for this group.',
  },
  STALE_MEMBER_EPOCH: {
    code: 113,
    retriable: false,
    message: "The member's epoch is outdated; heartbeat to learn the current one.",
  },
  MISMATCHED_ENDPOINT_TYPE: {
    code: 114,
    retriable: false,
    message: 'The request reached an endpoint of the wrong kind.',
  },
  UNSUPPORTED_ENDPOINT_TYPE: {
    code: 115,
    retriable: false,
    message: 'This kind of endpoint is not supported.',
  },
  UNKNOWN_CONTROLLER_ID: { code: 116, retriable: false, message: 'No controller with this id is known.' },
  UNKNOWN_SUBSCRIPTION_ID: {
    code: 117,
    retriable: false,
    message: 'The telemetry subscription is outdated; ask for the current one.',
  },
  TELEMETRY_TOO_LARGE: {
    code: 118,
    retriable: false,
    message: 'The pushed telemetry is larger than telemetry.max.bytes.',
  },
  INVALID_REGISTRATION: { code: 119, retriable: false, message: "The broker's registration is not valid." },
  TRANSACTION_ABORTABLE: {
    code: 120,
    retriable: false,
    message: 'The transaction failed and must be aborted; the producer can go on after that.',
  },
  INVALID_RECORD_STATE: {
    code: 121,
    retriable: false,
    message: 'The records are not in a state that allows this acknowledgement.',
  },
  SHARE_SESSION_NOT_FOUND: {
    code: 122,
    retriable: true,
    message: 'The share session does not exist (any more).',
  },
  INVALID_SHARE_SESSION_EPOCH: {
    code: 123,
    retriable: true,
    message: 'The share session epoch is not the expected one.',
  },
  FENCED_STATE_EPOCH: {
    code: 124,
    retriable: false,
    message: "The share partition's state epoch is outdated.",
  },
  INVALID_VOTER_KEY: {
    code: 125,
    retriable: false,
    message: "The voter's key does not match this replica's.",
  },
  DUPLICATE_VOTER: { code: 126, retriable: false, message: 'The voter is already in the set.' },
  VOTER_NOT_FOUND: { code: 127, retriable: false, message: 'The voter is not in the set.' },
  INVALID_REGULAR_EXPRESSION: {
    code: 128,
    retriable: false,
    message: 'The regular expression is not valid.',
  },
  REBOOTSTRAP_REQUIRED: {
    code: 129,
    retriable: false,
    message: "The client's view of the cluster is outdated; bootstrap again.",
  },
  STREAMS_INVALID_TOPOLOGY: { code: 130, retriable: false, message: 'The topology is not valid.' },
  STREAMS_INVALID_TOPOLOGY_EPOCH: {
    code: 131,
    retriable: false,
    message: 'The topology epoch is not valid.',
  },
  STREAMS_TOPOLOGY_FENCED: { code: 132, retriable: false, message: 'The topology epoch is outdated.' },
  SHARE_SESSION_LIMIT_REACHED: {
    code: 133,
    retriable: true,
    message: 'No more share sessions can be opened.',
  },
  GROUP_DELETION_FAILED: { code: 134, retriable: false, message: 'The group could not be deleted.' },
  STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED: {
    code: 135,
    retriable: false,
    message: 'The topology description could not be stored.',
  },
  CONTROLLER_ID_NOT_REGISTERED: {
    code: 136,
    retriable: false,
    message: 'No controller with this id is registered.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorName = keyof typeof errorTable
