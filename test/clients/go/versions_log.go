package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func init() {
	exchanges[0] = versionProduce
	exchanges[1] = versionFetch
	exchanges[2] = versionListOffsets
	exchanges[3] = versionMetadata
	exchanges[18] = versionApiVersions
	exchanges[21] = versionDeleteRecords
	exchanges[23] = versionOffsetForLeaderEpoch
	exchanges[75] = versionDescribeTopicPartitions
}

// place is a topic that an exchange has for itself, with one partition.
type place struct {
	name string
	id   [16]byte
}

// newTopic makes a topic with one partition, and waits until it can be used.
func newTopic(ctx context.Context, api string, version int16) (place, error) {
	made := place{name: fmt.Sprintf("%s-%s-v%d", prefix, api, version)}
	return made, admin(func(adm *kadm.Client) error {
		topic, err := adm.CreateTopic(ctx, 1, 1, nil, made.name)
		if err != nil {
			return err
		}
		made.id = topic.ID
		return until(func() (bool, error) {
			offsets, err := adm.ListEndOffsets(ctx, made.name)
			return err == nil && offsets.Error() == nil, ctx.Err()
		}, "the topic is not in the metadata")
	})
}

// untilDone tries again while the broker that is asked has not heard of what the controller has done.
func untilDone(ctx context.Context, try func() error) error {
	var last error
	if err := until(func() (bool, error) { last = try(); return last == nil, ctx.Err() }, "too late"); err != nil {
		return fmt.Errorf("%w: %w", err, last)
	}
	return nil
}

// Bits of a batch's attributes.
const (
	transactional = 1 << 4
	control       = 1 << 5
)

// batch is a record batch of one record for each value, their timestamps 10 ms apart; with a producer it is transactional.
func batch(producerID int64, epoch int16, sequence int32, values ...string) []byte {
	var records []byte
	for i, value := range values {
		body := []byte{0}
		body = kbin.AppendVarint(body, int32(i)*10)
		body = kbin.AppendVarint(body, int32(i))
		body = kbin.AppendVarint(body, -1)
		body = kbin.AppendVarintString(body, value)
		body = kbin.AppendVarint(body, 0)
		records = append(kbin.AppendVarint(records, int32(len(body))), body...)
	}
	last := int32(len(values) - 1)
	attributes := int16(0)
	if producerID >= 0 {
		attributes = transactional
	}
	head := kmsg.RecordBatch{
		Length: int32(49 + len(records)), PartitionLeaderEpoch: -1, Magic: 2, Attributes: attributes, LastOffsetDelta: last,
		FirstTimestamp: baseTimestamp, MaxTimestamp: baseTimestamp + int64(last)*10,
		ProducerID: producerID, ProducerEpoch: epoch, FirstSequence: sequence, NumRecords: last + 1, Records: records,
	}
	bytes := head.AppendTo(nil)
	binary.BigEndian.PutUint32(bytes[17:], crc32.Checksum(bytes[21:], crc32.MakeTable(crc32.Castagnoli)))
	return bytes
}

// appendTo produces a batch at a version and gives its offset.
func appendTo(ctx context.Context, version int16, topic place, transaction *string, records []byte) (int64, error) {
	partition := kmsg.NewProduceRequestTopicPartition()
	partition.Records = records
	entry := kmsg.NewProduceRequestTopic()
	entry.Topic, entry.TopicID, entry.Partitions = topic.name, topic.id, []kmsg.ProduceRequestTopicPartition{partition}
	request := kmsg.NewPtrProduceRequest()
	request.TransactionID, request.Acks, request.TimeoutMillis = transaction, -1, 10_000
	request.Topics = []kmsg.ProduceRequestTopic{entry}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return 0, err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return 0, err
	}
	result, err := one("partitions", told.Partitions)
	if err != nil {
		return 0, err
	}
	if version >= 13 && told.TopicID != topic.id {
		return 0, errors.New("another topic id came back")
	}
	return result.BaseOffset, code(result.ErrorCode, result.ErrorMessage)
}

// filled makes a topic with three records.
func filled(ctx context.Context, api string, version int16) (place, error) {
	topic, err := newTopic(ctx, api, version)
	if err != nil {
		return topic, err
	}
	_, err = appendTo(ctx, 12, topic, nil, batch(-1, -1, -1, "one", "two", "three"))
	return topic, err
}

func versionProduce(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "produce", version)
	if err != nil {
		return err
	}
	for i, value := range []string{"first", "second"} {
		offset, err := appendTo(ctx, version, topic, nil, batch(-1, -1, -1, value))
		if err := errors.Join(err, wants("the offset", offset, int64(i))); err != nil {
			return err
		}
	}
	return expectValues(ctx, 12, topic, 0, "first", "second")
}

// expectValues fetches all committed values from an offset on, after all transactions of the partition have ended.
func expectValues(ctx context.Context, version int16, topic place, offset int64, want ...string) error {
	answer, err := ask(ctx, version, fetchRequest(topic, offset))
	if err != nil {
		return err
	}
	if err := code(answer.ErrorCode); err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return err
	}
	partition, err := one("partitions", told.Partitions)
	if err != nil {
		return err
	}
	if err := code(partition.ErrorCode); err != nil {
		return err
	}
	values, err := committedValues(partition)
	if err != nil {
		return err
	}
	return errors.Join(wants("the values", fmt.Sprint(values), fmt.Sprint(want)), wants("the last stable offset", partition.LastStableOffset, partition.HighWatermark))
}

func fetchRequest(topic place, offset int64) *kmsg.FetchRequest {
	partition := kmsg.NewFetchRequestTopicPartition()
	partition.FetchOffset, partition.PartitionMaxBytes = offset, 1<<20
	entry := kmsg.NewFetchRequestTopic()
	entry.Topic, entry.TopicID, entry.Partitions = topic.name, topic.id, []kmsg.FetchRequestTopicPartition{partition}
	request := kmsg.NewPtrFetchRequest()
	request.MaxWaitMillis, request.MinBytes, request.MaxBytes, request.IsolationLevel = 5_000, 1, 1<<20, 1
	request.Topics = []kmsg.FetchRequestTopic{entry}
	return request
}

// committedValues reads batches, without those of the aborted transactions that the answer lists.
func committedValues(partition kmsg.FetchResponseTopicPartition) ([]string, error) {
	var values []string
	aborted := map[int64]bool{}
	for batches := partition.RecordBatches; len(batches) > 0; {
		var head kmsg.RecordBatch
		if err := head.ReadFrom(batches); err != nil {
			return nil, err
		}
		size := 12 + int(head.Length)
		if crc32.Checksum(batches[21:size], crc32.MakeTable(crc32.Castagnoli)) != uint32(head.CRC) {
			return nil, errors.New("the checksum of a batch is wrong")
		}
		batches = batches[size:]
		for _, transaction := range partition.AbortedTransactions {
			if transaction.ProducerID == head.ProducerID && transaction.FirstOffset == head.FirstOffset {
				aborted[head.ProducerID] = true
			}
		}
		if head.Attributes&control != 0 {
			delete(aborted, head.ProducerID)
		}
		if head.Attributes&control != 0 || head.Attributes&transactional != 0 && aborted[head.ProducerID] {
			continue
		}
		reader := kbin.Reader{Src: head.Records}
		for range head.NumRecords {
			record := kbin.Reader{Src: reader.Span(int(reader.Varint()))}
			record.Int8()
			record.Varint()
			record.Varint()
			record.VarintBytes()
			values = append(values, string(record.VarintBytes()))
			if err := record.Complete(); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

func versionFetch(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "fetch", version)
	if err != nil {
		return err
	}
	if err := expectValues(ctx, version, topic, 0, "one", "two", "three"); err != nil {
		return err
	}
	return expectSession(ctx, version, topic)
}

// expectSession opens a session and asks again in it, where it says nothing of partitions in which nothing happened.
func expectSession(ctx context.Context, version int16, topic place) error {
	if version < 7 {
		return nil
	}
	open := fetchRequest(topic, 0)
	open.SessionEpoch = 0
	first, err := ask(ctx, version, open)
	if err != nil {
		return err
	}
	if first.SessionID == 0 || len(first.Topics) != 1 {
		return fmt.Errorf("no session was opened: %v", first)
	}
	again := fetchRequest(topic, 3)
	again.SessionID, again.SessionEpoch, again.MaxWaitMillis = first.SessionID, 1, 10
	second, err := ask(ctx, version, again)
	if err != nil {
		return err
	}
	return errors.Join(code(second.ErrorCode), wants("the topics of a session without news", len(second.Topics), 0))
}

func versionListOffsets(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "list-offsets", version)
	if err != nil {
		return err
	}
	wanted := map[int64]int64{-1: 3, -2: 0, baseTimestamp + 5: 1, baseTimestamp + 1000: -1}
	for from, rows := range map[int16]map[int64]int64{7: {-3: 2}, 8: {-4: 0}, 9: {-5: -1}, 11: {-6: -1}} {
		for timestamp, offset := range rows {
			if version >= from {
				wanted[timestamp] = offset
			}
		}
	}
	for timestamp, want := range wanted {
		partition := kmsg.NewListOffsetsRequestTopicPartition()
		partition.Timestamp = timestamp
		entry := kmsg.NewListOffsetsRequestTopic()
		entry.Topic, entry.Partitions = topic.name, []kmsg.ListOffsetsRequestTopicPartition{partition}
		request := kmsg.NewPtrListOffsetsRequest()
		request.TimeoutMillis, request.Topics = 5_000, []kmsg.ListOffsetsRequestTopic{entry}
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
		if err := errors.Join(code(result.ErrorCode), wants(fmt.Sprintf("the offset of %d", timestamp), result.Offset, want)); err != nil {
			return err
		}
	}
	return nil
}

func versionMetadata(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "metadata", version)
	if err != nil {
		return err
	}
	entry := kmsg.NewMetadataRequestTopic()
	entry.Topic = &topic.name
	if version < 12 {
		return expectMetadata(ctx, version, topic, entry)
	}
	// Some clients leave the name null beside an id, others empty.
	for _, name := range []*string{nil, ptr("")} {
		entry.Topic, entry.TopicID = name, topic.id
		if err := expectMetadata(ctx, version, topic, entry); err != nil {
			return err
		}
	}
	return nil
}

func expectMetadata(ctx context.Context, version int16, topic place, entry kmsg.MetadataRequestTopic) error {
	request := kmsg.NewPtrMetadataRequest()
	request.Topics = []kmsg.MetadataRequestTopic{entry}
	request.IncludeTopicAuthorizedOperations = true
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return err
	}
	if told.Topic == nil || *told.Topic != topic.name || len(told.Partitions) != 1 || len(answer.Brokers) != 1 {
		return fmt.Errorf("the answer is %v", answer)
	}
	if version >= 10 && told.TopicID != topic.id {
		return errors.New("another topic id came back")
	}
	partition := told.Partitions[0]
	return errors.Join(
		code(answer.ErrorCode), code(told.ErrorCode), code(partition.ErrorCode),
		wants("the leader", partition.Leader, answer.Brokers[0].NodeID),
		wants("the replicas", len(partition.Replicas), 1), wants("the replicas in sync", len(partition.ISR), 1),
	)
}

func versionApiVersions(ctx context.Context, version int16) error {
	request := kmsg.NewPtrApiVersionsRequest()
	request.ClientSoftwareName, request.ClientSoftwareVersion = "every-version", "1"
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	if err := code(answer.ErrorCode); err != nil {
		return err
	}
	for _, api := range answer.ApiKeys {
		if api.ApiKey == 18 && api.MaxVersion >= version {
			return nil
		}
	}
	return errors.New("ApiVersions is not in its own answer")
}

func versionDeleteRecords(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "delete-records", version)
	if err != nil {
		return err
	}
	partition := kmsg.NewDeleteRecordsRequestTopicPartition()
	partition.Offset = 3
	entry := kmsg.NewDeleteRecordsRequestTopic()
	entry.Topic, entry.Partitions = topic.name, []kmsg.DeleteRecordsRequestTopicPartition{partition}
	request := kmsg.NewPtrDeleteRecordsRequest()
	request.Topics, request.TimeoutMillis = []kmsg.DeleteRecordsRequestTopic{entry}, 5_000
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
	if err := errors.Join(code(result.ErrorCode), wants("the low watermark", result.LowWatermark, int64(3))); err != nil {
		return err
	}
	if err := expectValues(ctx, 12, topic, 0); !errors.Is(err, kerr.OffsetOutOfRange) {
		return fmt.Errorf("deleted records can be fetched: %v", err)
	}
	return nil
}

func versionOffsetForLeaderEpoch(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "leader-epoch", version)
	if err != nil {
		return err
	}
	entry := kmsg.NewOffsetForLeaderEpochRequestTopic()
	entry.Topic, entry.Partitions = topic.name, []kmsg.OffsetForLeaderEpochRequestTopicPartition{kmsg.NewOffsetForLeaderEpochRequestTopicPartition()}
	request := kmsg.NewPtrOffsetForLeaderEpochRequest()
	request.Topics = []kmsg.OffsetForLeaderEpochRequestTopic{entry}
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
	return errors.Join(code(result.ErrorCode), wants("the epoch", result.LeaderEpoch, 0), wants("its end", result.EndOffset, int64(3)))
}

func versionDescribeTopicPartitions(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "describe-partitions", version)
	if err != nil {
		return err
	}
	entry := kmsg.NewDescribeTopicPartitionsRequestTopic()
	entry.Topic = topic.name
	request := kmsg.NewPtrDescribeTopicPartitionsRequest()
	request.Topics = []kmsg.DescribeTopicPartitionsRequestTopic{entry}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return err
	}
	return errors.Join(
		code(told.ErrorCode), wants("the partitions", len(told.Partitions), 1),
		wants("the topic id", bytes.Equal(told.TopicID[:], topic.id[:]), true),
	)
}
