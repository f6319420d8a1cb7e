// There is no scenario with static members: franz-go 1.22.2 leaves the group without its instance id, which Kafka refuses too, so
// that a member that comes back finds its place taken until the session of the one before has ended.
package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// owner is a member that knows which partitions it has.
type owner struct {
	*kgo.Client
	mutex sync.Mutex
	owned map[string]bool
}

// newOwner makes a member; a subscription by expression takes `kgo.ConsumeRegex` and the expression as topic.
func newOwner(topic, group string, options ...kgo.Opt) (*owner, error) {
	made := &owner{owned: map[string]bool{}}
	change := func(has bool) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, _ *kgo.Client, changed map[string][]int32) {
			made.mutex.Lock()
			defer made.mutex.Unlock()
			for topic, partitions := range changed {
				for _, partition := range partitions {
					if name := fmt.Sprintf("%s-%d", topic, partition); has {
						made.owned[name] = true
					} else {
						delete(made.owned, name)
					}
				}
			}
		}
	}
	options = append(options, kgo.OnPartitionsAssigned(change(true)), kgo.OnPartitionsRevoked(change(false)), kgo.OnPartitionsLost(change(false)))
	var err error
	made.Client, err = member(topic, group, options...)
	return made, err
}

func (by *owner) partitions() []string {
	by.mutex.Lock()
	defer by.mutex.Unlock()
	return slices.Sorted(maps.Keys(by.owned))
}

// awaitShares polls all members until these numbers of partitions are theirs, no partition twice, and adds what they read.
func awaitShares(ctx context.Context, read map[string]bool, shares []int, members ...*owner) error {
	var sizes []int
	err := until(func() (bool, error) {
		sizes = nil
		all := map[string]bool{}
		for _, member := range members {
			short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			member.PollRecords(short, 1000).EachRecord(func(record *kgo.Record) {
				read[fmt.Sprintf("%d@%d", record.Partition, record.Offset)] = true
			})
			cancel()
			owned := member.partitions()
			sizes = append(sizes, len(owned))
			for _, partition := range owned {
				all[partition] = true
			}
		}
		slices.Sort(sizes)
		sum := 0
		for _, size := range sizes {
			sum += size
		}
		return slices.Equal(sizes, shares) && len(all) == sum, ctx.Err()
	}, fmt.Sprintf("the shares are not %v", shares))
	if err != nil {
		return fmt.Errorf("%w but %v", err, sizes)
	}
	return nil
}

// consumerRegex subscribes by an expression, which finds the topics that exist, and one that is created later.
func consumerRegex(ctx context.Context) error {
	if _, err := createTopic(ctx, "regex-1"); err != nil {
		return err
	}
	if _, err := createTopic(ctx, "not-regex"); err != nil {
		return err
	}
	one, err := newOwner(prefix+"-regex-[0-9]+", "-regex-group", kgo.ServerSideBalancer(), kgo.ConsumeRegex(), kgo.MetadataMinAge(100*time.Millisecond), kgo.MetadataMaxAge(time.Second))
	if err != nil {
		return err
	}
	defer one.Close()
	if err := awaitShares(ctx, map[string]bool{}, []int{partitions}, one); err != nil {
		return err
	}
	if _, err := createTopic(ctx, "regex-2"); err != nil {
		return err
	}
	if err := awaitShares(ctx, map[string]bool{}, []int{2 * partitions}, one); err != nil {
		return err
	}
	for _, partition := range one.partitions() {
		if !strings.HasPrefix(partition, prefix+"-regex-") {
			return fmt.Errorf("assigned %s", partition)
		}
	}
	return nil
}

// consumerMigration makes a group of the classic protocol one of the consumer protocol while it works, and back.
func consumerMigration(ctx context.Context) error {
	topic, err := createTopic(ctx, "migration")
	if err != nil {
		return err
	}
	expectType := func(want string) error {
		answer, err := ask(ctx, 5, kmsg.NewPtrListGroupsRequest())
		if err != nil {
			return err
		}
		for _, group := range answer.Groups {
			if group.Group == prefix+"-migration-group" {
				return wants("the type of the group", group.GroupType, want)
			}
		}
		return errors.New("the group is not listed")
	}
	old, err := newOwner(topic, "-migration-group")
	if err != nil {
		return err
	}
	defer old.Close()
	read := map[string]bool{}
	if err := awaitShares(ctx, read, []int{partitions}, old); err != nil {
		return err
	}
	if err := produce(ctx, topic, 0, records); err != nil {
		return err
	}
	next, err := newOwner(topic, "-migration-group", kgo.ServerSideBalancer())
	if err != nil {
		return err
	}
	defer next.Close()
	if err := awaitShares(ctx, read, []int{1, 2}, old, next); err != nil {
		return err
	}
	if err := expectType("consumer"); err != nil {
		return err
	}
	next.Close()
	if err := awaitShares(ctx, read, []int{partitions}, old); err != nil {
		return err
	}
	if err := expectType("classic"); err != nil {
		return err
	}
	if err := until(func() (bool, error) {
		if err := errors.Join(awaitShares(ctx, read, []int{partitions}, old), old.CommitUncommittedOffsets(ctx)); err != nil {
			return false, err
		}
		committed := int64(0)
		for _, offsets := range old.CommittedOffsets() {
			for _, offset := range offsets {
				committed += max(0, offset.Offset)
			}
		}
		return committed == records, nil
	}, "not all records were read and committed"); err != nil {
		return err
	}
	if err := wants("the records that were read", len(read), records); err != nil {
		return err
	}
	old.Close()
	last, err := newOwner(topic, "-migration-group", kgo.ServerSideBalancer())
	if err != nil {
		return err
	}
	defer last.Close()
	again := map[string]bool{}
	if err := awaitShares(ctx, again, []int{partitions}, last); err != nil {
		return err
	}
	return errors.Join(wants("what was committed and is read again", len(again), 0), expectType("consumer"))
}
