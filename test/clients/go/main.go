// The scenarios with franz-go. Arguments: bootstrap server, prefix of all topic and group names, and names of scenarios if not all are to run. Prints one JSON line per
// scenario.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	partitions = 3
	records    = 200
	wait       = 40 * time.Second
)

var (
	bootstrap     = os.Args[1]
	prefix        = os.Args[2]
	baseTimestamp = time.Now().Add(-10 * time.Minute).UnixMilli()
)

func main() {
	failed := false
	only := os.Args[3:]
	run := func(name string, body func(context.Context) error) {
		if len(only) > 0 && !slices.Contains(only, name) {
			return
		}
		started := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 4*wait)
		defer cancel()
		detail := ""
		if err := body(ctx); err != nil {
			failed = true
			detail = err.Error()
		}
		line, _ := json.Marshal(map[string]any{"scenario": name, "ok": detail == "", "ms": time.Since(started).Milliseconds(), "detail": detail})
		fmt.Println(string(line))
	}
	run("topics", topics)
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	for _, name := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		run("codec-"+name, roundTrip("codec-"+name, kgo.ProducerBatchCompression(codecs[name])))
	}
	once := kgo.MaxProduceRequestsInflightPerBroker(1)
	run("acks-0", roundTrip("acks-0", kgo.RequiredAcks(kgo.NoAck()), kgo.DisableIdempotentWrite(), once))
	run("acks-1", roundTrip("acks-1", kgo.RequiredAcks(kgo.LeaderAck()), kgo.DisableIdempotentWrite(), once))
	run("acks-all", roundTrip("acks-all", kgo.RequiredAcks(kgo.AllISRAcks()), kgo.DisableIdempotentWrite(), once))
	run("idempotent", roundTrip("idempotent", kgo.RequiredAcks(kgo.AllISRAcks())))
	run("seek", seek)
	run("commit-resume", commitResume("commit"))
	run("group", group("group"))
	run("consumer-commit-resume", commitResume("consumer-commit", kgo.ServerSideBalancer()))
	run("consumer-group", group("consumer-group", kgo.ServerSideBalancer()))
	run("consumer-regex", consumerRegex)
	run("consumer-migration", consumerMigration)
	run("every-version", everyVersion)
	if failed {
		os.Exit(1)
	}
}

func client(options ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(bootstrap), kgo.ClientID(prefix), kgo.FetchMaxWait(200 * time.Millisecond)}, options...)...)
}

// admin calls body with an admin client.
func admin(body func(*kadm.Client) error) error {
	cl, err := client()
	if err != nil {
		return err
	}
	defer cl.Close()
	return body(kadm.NewClient(cl))
}

func createTopic(ctx context.Context, name string) (string, error) {
	topic := prefix + "-" + name
	return topic, admin(func(adm *kadm.Client) error {
		if _, err := adm.CreateTopic(ctx, partitions, 1, nil, topic); err != nil {
			return err
		}
		return until(func() (bool, error) {
			details, err := adm.ListTopics(ctx, topic)
			return err == nil && len(details[topic].Partitions) == partitions, err
		}, "the topic is not in the metadata")
	})
}

func topics(ctx context.Context) error {
	topic, err := createTopic(ctx, "topics")
	if err != nil {
		return err
	}
	return admin(func(adm *kadm.Client) error {
		if _, err := adm.CreateTopic(ctx, partitions, 1, nil, topic); !errors.Is(err, kerr.TopicAlreadyExists) {
			return fmt.Errorf("creating a topic twice: %v", err)
		}
		value := "3600000"
		if _, err := adm.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "retention.ms", Value: &value}}, topic); err != nil {
			return err
		}
		if err := until(func() (bool, error) {
			configs, err := adm.DescribeTopicConfigs(ctx, topic)
			if err != nil {
				return false, err
			}
			config, err := configs.On(topic, nil)
			if err != nil {
				return false, err
			}
			for _, entry := range config.Configs {
				if entry.Key == "retention.ms" && entry.MaybeValue() == value {
					return true, nil
				}
			}
			return false, nil
		}, "retention.ms is not what it was set to"); err != nil {
			return err
		}
		if _, err := adm.DeleteTopic(ctx, topic); err != nil {
			return err
		}
		return until(func() (bool, error) {
			details, err := adm.ListTopics(ctx)
			return err == nil && !details.Has(topic), err
		}, "the topic is still listed after its deletion")
	})
}

func produce(ctx context.Context, topic string, from, to int, options ...kgo.Opt) error {
	cl, err := client(append([]kgo.Opt{kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(20 * time.Millisecond)}, options...)...)
	if err != nil {
		return err
	}
	defer cl.Close()
	var batch []*kgo.Record
	for i := from; i < to; i++ {
		batch = append(batch, &kgo.Record{
			Topic: topic, Partition: int32(i % partitions), Timestamp: time.UnixMilli(timestamp(i)), Key: key(i), Value: value(i), Headers: headers(i),
		})
	}
	return cl.ProduceSync(ctx, batch...).FirstErr()
}

// read polls until there are count records.
func read(ctx context.Context, cl *kgo.Client, count int) ([]*kgo.Record, error) {
	var all []*kgo.Record
	err := until(func() (bool, error) {
		fetches := cl.PollRecords(ctx, count-len(all))
		if errs := fetches.Errors(); len(errs) > 0 {
			return false, errs[0].Err
		}
		all = append(all, fetches.Records()...)
		return len(all) >= count, nil
	}, "not all records came in time")
	return all, err
}

func roundTrip(name string, options ...kgo.Opt) func(context.Context) error {
	return func(ctx context.Context) error {
		topic, err := createTopic(ctx, name)
		if err != nil {
			return err
		}
		if err := produce(ctx, topic, 0, records, options...); err != nil {
			return err
		}
		cl, err := client(kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
		if err != nil {
			return err
		}
		defer cl.Close()
		all, err := read(ctx, cl, records)
		if err != nil {
			return err
		}
		return compare(all)
	}
}

func seek(ctx context.Context) error {
	topic, err := createTopic(ctx, "seek")
	if err != nil {
		return err
	}
	if err := produce(ctx, topic, 0, records, kgo.ProducerBatchCompression(kgo.Lz4Compression())); err != nil {
		return err
	}
	firstFrom := func(offset kgo.Offset, want int64) error {
		cl, err := client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: offset}}))
		if err != nil {
			return err
		}
		defer cl.Close()
		found, err := read(ctx, cl, 1)
		if err != nil {
			return err
		}
		if found[0].Offset != want {
			return fmt.Errorf("the first record has offset %d instead of %d", found[0].Offset, want)
		}
		return nil
	}
	if err := firstFrom(kgo.NewOffset().At(10), 10); err != nil {
		return err
	}
	if err := firstFrom(kgo.NewOffset().AfterMilli(timestamp(99)), 33); err != nil {
		return err
	}
	return admin(func(adm *kadm.Client) error {
		end, err := adm.ListEndOffsets(ctx, topic)
		if err != nil {
			return err
		}
		if offset, _ := end.Lookup(topic, 0); offset.Offset != 67 {
			return fmt.Errorf("the end offset is %d instead of 67", offset.Offset)
		}
		return nil
	})
}

func member(topic, name string, options ...kgo.Opt) (*kgo.Client, error) {
	return client(append([]kgo.Opt{
		kgo.ConsumeTopics(topic), kgo.ConsumerGroup(prefix + name), kgo.DisableAutoCommit(), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	}, options...)...)
}

func commitResume(name string, protocol ...kgo.Opt) func(context.Context) error {
	return func(ctx context.Context) error {
		topic, err := createTopic(ctx, name)
		if err != nil {
			return err
		}
		if err := produce(ctx, topic, 0, records); err != nil {
			return err
		}
		first, err := member(topic, "-"+name+"-group", protocol...)
		if err != nil {
			return err
		}
		defer first.Close()
		all, err := read(ctx, first, records/2)
		if err != nil {
			return err
		}
		if err := first.CommitRecords(ctx, all...); err != nil {
			return err
		}
		first.Close()
		if err := admin(func(adm *kadm.Client) error {
			offsets, err := adm.FetchOffsets(ctx, prefix+"-"+name+"-group")
			if err != nil {
				return err
			}
			committed := int64(0)
			offsets.Each(func(offset kadm.OffsetResponse) { committed += max(0, offset.At) })
			if committed != int64(len(all)) {
				return fmt.Errorf("committed %d, read %d", committed, len(all))
			}
			return nil
		}); err != nil {
			return err
		}
		second, err := member(topic, "-"+name+"-group", protocol...)
		if err != nil {
			return err
		}
		defer second.Close()
		rest, err := read(ctx, second, records-len(all))
		if err != nil {
			return err
		}
		return compare(append(all, rest...))
	}
}

func group(name string, protocol ...kgo.Opt) func(context.Context) error {
	return func(ctx context.Context) error {
		topic, err := createTopic(ctx, name)
		if err != nil {
			return err
		}
		if err := produce(ctx, topic, 0, records); err != nil {
			return err
		}
		one, err := member(topic, "-"+name, protocol...)
		if err != nil {
			return err
		}
		defer one.Close()
		two, err := member(topic, "-"+name, protocol...)
		if err != nil {
			return err
		}
		defer two.Close()
		seen := map[[2]int64]bool{}
		poll := func(members ...*kgo.Client) {
			for _, cl := range members {
				short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
				cl.PollRecords(short, 1000).EachRecord(func(record *kgo.Record) { seen[[2]int64{int64(record.Partition), record.Offset}] = true })
				cancel()
			}
		}
		if err := until(func() (bool, error) {
			poll(one, two)
			return both(one, two)
		}, "the two members do not share the partitions"); err != nil {
			return err
		}
		if err := errors.Join(one.CommitUncommittedOffsets(ctx), two.CommitUncommittedOffsets(ctx)); err != nil {
			return err
		}
		two.Close()
		if err := produce(ctx, topic, records, 2*records); err != nil {
			return err
		}
		return until(func() (bool, error) {
			poll(one)
			return len(seen) == 2*records, nil
		}, "the last member does not read what all partitions got")
	}
}

// both says whether the group is stable with two members that have all partitions between them.
func both(one, two *kgo.Client) (bool, error) {
	owned := func(cl *kgo.Client) int {
		count := 0
		for _, offsets := range cl.CommittedOffsets() {
			count += len(offsets)
		}
		return count
	}
	return owned(one) > 0 && owned(two) > 0 && owned(one)+owned(two) == partitions, nil
}

func compare(all []*kgo.Record) error {
	if len(all) != records {
		return fmt.Errorf("read %d records instead of %d", len(all), records)
	}
	var next [partitions]int
	for _, record := range all {
		i := next[record.Partition]*partitions + int(record.Partition)
		next[record.Partition]++
		name := fmt.Sprintf("record %d at %d@%d", i, record.Partition, record.Offset)
		switch {
		case record.Offset != int64(i/partitions):
			return fmt.Errorf("%s stands at another offset", name)
		case record.Timestamp.UnixMilli() != timestamp(i):
			return fmt.Errorf("%s has timestamp %d", name, record.Timestamp.UnixMilli())
		case !same(record.Key, key(i)):
			return fmt.Errorf("%s has another key", name)
		case !same(record.Value, value(i)):
			return fmt.Errorf("%s has another value", name)
		case len(record.Headers) != len(headers(i)):
			return fmt.Errorf("%s has %d headers", name, len(record.Headers))
		}
		for j, header := range headers(i) {
			if record.Headers[j].Key != header.Key || !same(record.Headers[j].Value, header.Value) {
				return fmt.Errorf("%s has another header %s", name, header.Key)
			}
		}
	}
	return nil
}

// same tells null from empty, which bytes.Equal does not.
func same(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }

func timestamp(i int) int64 { return baseTimestamp + int64(i)*10 }

func key(i int) []byte {
	if i%7 == 0 {
		return nil
	}
	return fmt.Appendf(nil, "key-%d", i)
}

func value(i int) []byte {
	if i%11 == 3 {
		return nil
	}
	value := make([]byte, i*37%1500)
	for j := range value {
		value[j] = byte(i*31 + j*7 + (j >> 5))
	}
	return value
}

func headers(i int) []kgo.RecordHeader {
	all := []kgo.RecordHeader{{Key: "n", Value: fmt.Appendf(nil, "h%d", i)}, {Key: "empty", Value: []byte{}}}
	if i%5 == 0 {
		all = append(all, kgo.RecordHeader{Key: "null"})
	}
	return all
}

func until(done func() (bool, error), message string) error {
	for deadline := time.Now().Add(wait); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if ok, err := done(); err != nil || ok {
			return err
		}
	}
	return errors.New(message)
}
