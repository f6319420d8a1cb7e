package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func init() {
	exchanges[22] = versionInitProducerID
	exchanges[24] = versionAddPartitionsToTxn
	exchanges[25] = versionAddOffsetsToTxn
	exchanges[26] = versionEndTxn
	exchanges[27] = versionWriteTxnMarkers
	exchanges[28] = versionTxnOffsetCommit
	exchanges[61] = versionDescribeProducers
	exchanges[65] = versionDescribeTransactions
	exchanges[66] = versionListTransactions
}

// transactor is a producer with a transactional id of its own, and a topic for it.
type transactor struct {
	id    string
	pid   int64
	epoch int16
	topic place
}

func newTransactor(ctx context.Context, api string, version, initVersion int16) (transactor, error) {
	topic, err := newTopic(ctx, api, version)
	made := transactor{id: topic.name, topic: topic}
	if err != nil {
		return made, err
	}
	return made, made.init(ctx, initVersion)
}

func (by *transactor) init(ctx context.Context, version int16) error {
	request := kmsg.NewPtrInitProducerIDRequest()
	request.TransactionalID, request.TransactionTimeoutMillis = &by.id, 60_000
	return until(func() (bool, error) {
		answer, err := ask(ctx, version, request)
		if err != nil {
			return false, err
		}
		by.pid, by.epoch = answer.ProducerID, answer.ProducerEpoch
		err = code(answer.ErrorCode)
		return err == nil, unlessConcurrent(err)
	}, "the transaction before is never complete")
}

// unlessConcurrent hides the error that says to try again, because the transaction before is about to end.
func unlessConcurrent(err error) error {
	if errors.Is(err, kerr.ConcurrentTransactions) || errors.Is(err, kerr.CoordinatorLoadInProgress) {
		return nil
	}
	return err
}

func (by *transactor) addPartition(ctx context.Context, version int16) error {
	request := kmsg.NewPtrAddPartitionsToTxnRequest()
	if version < 4 {
		entry := kmsg.NewAddPartitionsToTxnRequestTopic()
		entry.Topic, entry.Partitions = by.topic.name, []int32{0}
		request.TransactionalID, request.ProducerID, request.ProducerEpoch = by.id, by.pid, by.epoch
		request.Topics = []kmsg.AddPartitionsToTxnRequestTopic{entry}
	} else {
		entry := kmsg.NewAddPartitionsToTxnRequestTransactionTopic()
		entry.Topic, entry.Partitions = by.topic.name, []int32{0}
		transaction := kmsg.NewAddPartitionsToTxnRequestTransaction()
		transaction.TransactionalID, transaction.ProducerID, transaction.ProducerEpoch = by.id, by.pid, by.epoch
		transaction.Topics = []kmsg.AddPartitionsToTxnRequestTransactionTopic{entry}
		request.Transactions = []kmsg.AddPartitionsToTxnRequestTransaction{transaction}
	}
	return until(func() (bool, error) {
		answer, err := ask(ctx, version, request)
		if err != nil {
			return false, err
		}
		if err := code(answer.ErrorCode); err != nil {
			return false, err
		}
		var result int16
		if version < 4 {
			told, err := one("topics", answer.Topics)
			if err != nil {
				return false, err
			}
			partition, err := one("partitions", told.Partitions)
			if err != nil {
				return false, err
			}
			result = partition.ErrorCode
		} else {
			transaction, err := one("transactions", answer.Transactions)
			if err != nil {
				return false, err
			}
			told, err := one("topics", transaction.Topics)
			if err != nil {
				return false, err
			}
			partition, err := one("partitions", told.Partitions)
			if err != nil {
				return false, err
			}
			result = partition.ErrorCode
		}
		err = code(result)
		return err == nil, unlessConcurrent(err)
	}, "the transaction before is never complete")
}

func (by *transactor) produce(ctx context.Context, version int16, sequence int32, value string) error {
	_, err := appendTo(ctx, version, by.topic, &by.id, batch(by.pid, by.epoch, sequence, value))
	return err
}

func (by *transactor) end(ctx context.Context, version int16, commit bool) error {
	request := kmsg.NewPtrEndTxnRequest()
	request.TransactionalID, request.ProducerID, request.ProducerEpoch, request.Commit = by.id, by.pid, by.epoch, commit
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	if err := code(answer.ErrorCode); err != nil {
		return err
	}
	if version >= 5 {
		if answer.ProducerID == by.pid && answer.ProducerEpoch <= by.epoch {
			return fmt.Errorf("the epoch was not raised from %d: %d", by.epoch, answer.ProducerEpoch)
		}
		by.pid, by.epoch = answer.ProducerID, answer.ProducerEpoch
	}
	return nil
}

// expectCommittedValues waits until the transaction's marker is there, and then wants these values.
func (by *transactor) expectCommittedValues(ctx context.Context, want ...string) error {
	return until(func() (bool, error) {
		err := expectValues(ctx, 12, by.topic, 0, want...)
		if err == nil || ctx.Err() != nil {
			return err == nil, err
		}
		return false, nil
	}, fmt.Sprintf("what is committed is not %v", want))
}

func versionInitProducerID(ctx context.Context, version int16) error {
	request := kmsg.NewPtrInitProducerIDRequest()
	if err := untilDone(ctx, func() error {
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		return errors.Join(code(answer.ErrorCode), wants("the epoch", answer.ProducerEpoch, 0))
	}); err != nil {
		return err
	}
	by, err := newTransactor(ctx, "init", version, version)
	if err != nil {
		return err
	}
	first := by
	if version >= 3 {
		resume := kmsg.NewPtrInitProducerIDRequest()
		resume.TransactionalID, resume.TransactionTimeoutMillis, resume.ProducerID, resume.ProducerEpoch = &by.id, 60_000, by.pid, by.epoch
		answer, err := ask(ctx, version, resume)
		if err != nil {
			return err
		}
		by.pid, by.epoch = answer.ProducerID, answer.ProducerEpoch
		if err := code(answer.ErrorCode); err != nil {
			return err
		}
	} else if err := by.init(ctx, version); err != nil {
		return err
	}
	return errors.Join(wants("the producer id", by.pid, first.pid), wants("the epoch", by.epoch > first.epoch, true))
}

func versionAddPartitionsToTxn(ctx context.Context, version int16) error {
	by, err := newTransactor(ctx, "add-partitions", version, 4)
	if err != nil {
		return err
	}
	if err := by.addPartition(ctx, version); err != nil {
		return err
	}
	if err := by.produce(ctx, 11, 0, "committed"); err != nil {
		return err
	}
	if err := by.end(ctx, 4, true); err != nil {
		return err
	}
	return by.expectCommittedValues(ctx, "committed")
}

func versionEndTxn(ctx context.Context, version int16) error {
	by, err := newTransactor(ctx, "end", version, 4)
	if err != nil {
		return err
	}
	sequence := int32(0)
	for _, commit := range []bool{true, false} {
		if version < 5 {
			if err := by.addPartition(ctx, 3); err != nil {
				return err
			}
		}
		produceVersion := int16(11)
		if version >= 5 {
			produceVersion = 12
		}
		before := by.epoch
		if err := by.produce(ctx, produceVersion, sequence, fmt.Sprint("commit is ", commit)); err != nil {
			return err
		}
		if err := by.end(ctx, version, commit); err != nil {
			return err
		}
		sequence++
		if by.epoch != before {
			sequence = 0
		}
		if err := by.expectCommittedValues(ctx, "commit is true"); err != nil {
			return err
		}
	}
	return nil
}

func versionAddOffsetsToTxn(ctx context.Context, version int16) error {
	by, err := newTransactor(ctx, "add-offsets", version, 4)
	if err != nil {
		return err
	}
	return by.commitOffsets(ctx, version, 3)
}

func versionTxnOffsetCommit(ctx context.Context, version int16) error {
	by, err := newTransactor(ctx, "txn-offsets", version, 4)
	if err != nil {
		return err
	}
	return by.commitOffsets(ctx, 3, version)
}

// commitOffsets commits an offset of a group in a transaction, from TxnOffsetCommit 5 on without asking first.
func (by *transactor) commitOffsets(ctx context.Context, addVersion, commitVersion int16) error {
	group := by.topic.name
	at := seat{group: group, generation: -1}
	if commitVersion >= 3 {
		var err error
		if at, err = join(ctx, "member-of-"+group, addVersion*100+commitVersion, 9, 5, false); err != nil {
			return err
		}
		group = at.group
	}
	if commitVersion < 5 {
		request := kmsg.NewPtrAddOffsetsToTxnRequest()
		request.TransactionalID, request.ProducerID, request.ProducerEpoch, request.Group = by.id, by.pid, by.epoch, group
		answer, err := ask(ctx, addVersion, request)
		if err != nil {
			return err
		}
		if err := code(answer.ErrorCode); err != nil {
			return err
		}
	}
	partition := kmsg.NewTxnOffsetCommitRequestTopicPartition()
	partition.Offset, partition.LeaderEpoch, partition.Metadata = 7, 0, ptr("metadata")
	entry := kmsg.NewTxnOffsetCommitRequestTopic()
	entry.Topic, entry.TopicID, entry.Partitions = by.topic.name, by.topic.id, []kmsg.TxnOffsetCommitRequestTopicPartition{partition}
	request := kmsg.NewPtrTxnOffsetCommitRequest()
	request.TransactionalID, request.Group, request.ProducerID, request.ProducerEpoch = by.id, group, by.pid, by.epoch
	request.Generation, request.MemberID = at.generation, at.member
	request.Topics = []kmsg.TxnOffsetCommitRequestTopic{entry}
	answer, err := ask(ctx, commitVersion, request)
	if err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return err
	}
	result, err := one("partitions", told.Partitions)
	if err != nil {
		return err
	}
	if err := code(result.ErrorCode); err != nil {
		return err
	}
	endVersion := int16(4)
	if commitVersion >= 5 {
		endVersion = 5
	}
	if err := by.end(ctx, endVersion, true); err != nil {
		return err
	}
	return until(func() (bool, error) {
		err := expectCommitted(ctx, 4, group, by.topic, 7)
		return err == nil, ctx.Err()
	}, "the offset is not committed with its transaction")
}

// open begins a transaction with one record.
func open(ctx context.Context, api string, version int16) (transactor, error) {
	by, err := newTransactor(ctx, api, version, 4)
	if err != nil {
		return by, err
	}
	return by, errors.Join(by.addPartition(ctx, 3), by.produce(ctx, 11, 0, "open"))
}

func versionWriteTxnMarkers(ctx context.Context, version int16) error {
	by, err := open(ctx, "markers", version)
	if err != nil {
		return err
	}
	topic := kmsg.NewWriteTxnMarkersRequestMarkerTopic()
	topic.Topic, topic.Partitions = by.topic.name, []int32{0}
	marker := kmsg.NewWriteTxnMarkersRequestMarker()
	marker.ProducerID, marker.ProducerEpoch, marker.Committed = by.pid, by.epoch, true
	marker.Topics = []kmsg.WriteTxnMarkersRequestMarkerTopic{topic}
	request := kmsg.NewPtrWriteTxnMarkersRequest()
	request.Markers = []kmsg.WriteTxnMarkersRequestMarker{marker}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	written, err := one("markers", answer.Markers)
	if err != nil {
		return err
	}
	told, err := one("topics", written.Topics)
	if err != nil {
		return err
	}
	result, err := one("partitions", told.Partitions)
	if err != nil {
		return err
	}
	return errors.Join(code(result.ErrorCode), wants("the producer", written.ProducerID, by.pid), by.expectCommittedValues(ctx, "open"))
}

func versionDescribeProducers(ctx context.Context, version int16) error {
	by, err := open(ctx, "describe-producers", version)
	if err != nil {
		return err
	}
	topic := kmsg.NewDescribeProducersRequestTopic()
	topic.Topic, topic.Partitions = by.topic.name, []int32{0}
	request := kmsg.NewPtrDescribeProducersRequest()
	request.Topics = []kmsg.DescribeProducersRequestTopic{topic}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return err
	}
	result, err := one("partitions", told.Partitions)
	if err != nil {
		return err
	}
	producer, err := one("producers", result.ActiveProducers)
	if err != nil {
		return errors.Join(err, code(result.ErrorCode, result.ErrorMessage))
	}
	return errors.Join(
		wants("the producer", producer.ProducerID, by.pid), wants("the epoch", producer.ProducerEpoch, int32(by.epoch)),
		wants("the start of its transaction", producer.CurrentTxnStartOffset, 0), by.end(ctx, 3, false),
	)
}

func versionDescribeTransactions(ctx context.Context, version int16) error {
	by, err := open(ctx, "describe-transactions", version)
	if err != nil {
		return err
	}
	request := kmsg.NewPtrDescribeTransactionsRequest()
	request.TransactionalIDs = []string{by.id}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	state, err := one("transactions", answer.TransactionStates)
	if err != nil {
		return err
	}
	return errors.Join(
		code(state.ErrorCode), wants("the state", state.State, "Ongoing"), wants("the producer", state.ProducerID, by.pid),
		wants("the timeout", state.TimeoutMillis, 60_000), wants("the topics", len(state.Topics), 1), by.end(ctx, 3, false),
	)
}

func versionListTransactions(ctx context.Context, version int16) error {
	by, err := open(ctx, "list-transactions", version)
	if err != nil {
		return err
	}
	request := kmsg.NewPtrListTransactionsRequest()
	request.StateFilters, request.ProducerIDFilters, request.DurationFilterMillis = []string{"Ongoing"}, []int64{by.pid}, -1
	if version >= 2 {
		request.TransactionalIDPattern = ptr(prefix + "-list-.*")
	}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	state, err := one("transactions", answer.TransactionStates)
	if err != nil {
		return errors.Join(err, code(answer.ErrorCode))
	}
	return errors.Join(wants("the id", state.TransactionalID, by.id), wants("the state", state.TransactionState, "Ongoing"), by.end(ctx, 3, false))
}
