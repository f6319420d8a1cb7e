package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func init() {
	exchanges[8] = versionOffsetCommit
	exchanges[9] = versionOffsetFetch
	exchanges[10] = versionFindCoordinator
	exchanges[11] = versionJoinGroup
	exchanges[12] = versionHeartbeat
	exchanges[13] = versionLeaveGroup
	exchanges[14] = versionSyncGroup
	exchanges[15] = versionDescribeGroups
	exchanges[16] = versionListGroups
	exchanges[42] = versionDeleteGroups
	exchanges[47] = versionOffsetDelete
	exchanges[68] = versionConsumerGroupHeartbeat
	exchanges[69] = versionConsumerGroupDescribe
}

// seat is a member of a classic group, and what it was told when it joined.
type seat struct {
	group      string
	member     string
	instance   *string
	generation int32
	assignment []byte
}

// join makes a member of a group of its own, in these versions of JoinGroup and SyncGroup.
func join(ctx context.Context, api string, version, joinVersion, syncVersion int16, static bool) (seat, error) {
	made := seat{group: fmt.Sprintf("%s-%s-v%d", prefix, api, version), assignment: fmt.Appendf(nil, "assignment %d", version)}
	if static {
		made.instance = ptr("instance")
	}
	request := kmsg.NewPtrJoinGroupRequest()
	request.Group, request.SessionTimeoutMillis, request.RebalanceTimeoutMillis = made.group, 30_000, 30_000
	request.InstanceID, request.ProtocolType = made.instance, "consumer"
	protocol := kmsg.NewJoinGroupRequestProtocol()
	protocol.Name, protocol.Metadata = "any", []byte("metadata")
	request.Protocols = []kmsg.JoinGroupRequestProtocol{protocol}
	answer, err := ask(ctx, joinVersion, request)
	if err != nil {
		return made, err
	}
	if joinVersion >= 4 && !static {
		if err := expect(answer.ErrorCode, kerr.MemberIDRequired); err != nil {
			return made, err
		}
		request.MemberID = answer.MemberID
		if answer, err = ask(ctx, joinVersion, request); err != nil {
			return made, err
		}
	}
	if err := code(answer.ErrorCode); err != nil {
		return made, err
	}
	if answer.LeaderID != answer.MemberID || len(answer.Members) != 1 || string(answer.Members[0].ProtocolMetadata) != "metadata" {
		return made, fmt.Errorf("the answer to joining is %v", answer)
	}
	made.member, made.generation = answer.MemberID, answer.Generation
	return made, made.sync(ctx, syncVersion)
}

func (at seat) sync(ctx context.Context, version int16) error {
	request := kmsg.NewPtrSyncGroupRequest()
	request.Group, request.Generation, request.MemberID, request.InstanceID = at.group, at.generation, at.member, at.instance
	request.ProtocolType, request.Protocol = ptr("consumer"), ptr("any")
	share := kmsg.NewSyncGroupRequestGroupAssignment()
	share.MemberID, share.MemberAssignment = at.member, at.assignment
	request.GroupAssignment = []kmsg.SyncGroupRequestGroupAssignment{share}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	return errors.Join(code(answer.ErrorCode), wants("the assignment", string(answer.MemberAssignment), string(at.assignment)))
}

func (at seat) heartbeat(ctx context.Context, version int16) error {
	request := kmsg.NewPtrHeartbeatRequest()
	request.Group, request.Generation, request.MemberID, request.InstanceID = at.group, at.generation, at.member, at.instance
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	return code(answer.ErrorCode)
}

func (at seat) leave(ctx context.Context, version int16) error {
	request := kmsg.NewPtrLeaveGroupRequest()
	request.Group, request.MemberID = at.group, at.member
	member := kmsg.NewLeaveGroupRequestMember()
	member.MemberID, member.InstanceID, member.Reason = at.member, at.instance, ptr("done")
	request.Members = []kmsg.LeaveGroupRequestMember{member}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	for _, told := range answer.Members {
		if err := code(told.ErrorCode); err != nil {
			return err
		}
	}
	if err := at.heartbeat(ctx, 4); !errors.Is(err, kerr.UnknownMemberID) {
		return fmt.Errorf("a member that left is not gone: %v", err)
	}
	return code(answer.ErrorCode)
}

func versionJoinGroup(ctx context.Context, version int16) error {
	at, err := join(ctx, "join", version, version, 5, false)
	if err != nil {
		return err
	}
	if err := at.heartbeat(ctx, 4); err != nil {
		return err
	}
	if err := at.leave(ctx, 5); err != nil || version < 5 {
		return err
	}
	static, err := join(ctx, "join-static", version, version, 5, true)
	if err != nil {
		return err
	}
	return static.leave(ctx, 5)
}

func versionHeartbeat(ctx context.Context, version int16) error {
	at, err := join(ctx, "heartbeat", version, 9, 5, version >= 3)
	if err != nil {
		return err
	}
	return at.heartbeat(ctx, version)
}

func versionLeaveGroup(ctx context.Context, version int16) error {
	at, err := join(ctx, "leave", version, 9, 5, version >= 3)
	if err != nil {
		return err
	}
	return at.leave(ctx, version)
}

func versionSyncGroup(ctx context.Context, version int16) error {
	at, err := join(ctx, "sync", version, 9, version, version >= 3)
	if err != nil {
		return err
	}
	return at.heartbeat(ctx, 4)
}

func versionDescribeGroups(ctx context.Context, version int16) error {
	at, err := join(ctx, "describe-groups", version, 9, 5, version >= 4)
	if err != nil {
		return err
	}
	request := kmsg.NewPtrDescribeGroupsRequest()
	request.Groups, request.IncludeAuthorizedOperations = []string{at.group, prefix + "-nobody"}, true
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	for _, group := range answer.Groups {
		if group.Group != at.group {
			missing := wants("the state of a group that is not there", group.State, "Dead")
			if version >= 6 {
				missing = errors.Join(missing, expect(group.ErrorCode, kerr.GroupIDNotFound))
			}
			if missing != nil {
				return missing
			}
			continue
		}
		member, err := one("members", group.Members)
		if err != nil {
			return err
		}
		if err := errors.Join(
			code(group.ErrorCode), wants("the state", group.State, "Stable"), wants("the protocol", group.Protocol, "any"),
			wants("the member", member.MemberID, at.member), wants("the assignment", string(member.MemberAssignment), string(at.assignment)),
		); err != nil {
			return err
		}
		if version >= 4 && (member.InstanceID == nil || *member.InstanceID != *at.instance) {
			return errors.New("the instance id is missing")
		}
	}
	return wants("the groups", len(answer.Groups), 2)
}

func versionListGroups(ctx context.Context, version int16) error {
	at, err := join(ctx, "list-groups", version, 9, 5, false)
	if err != nil {
		return err
	}
	request := kmsg.NewPtrListGroupsRequest()
	if version >= 4 {
		request.StatesFilter = []string{"Stable"}
	}
	if version >= 5 {
		request.TypesFilter = []string{"classic"}
	}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	for _, group := range answer.Groups {
		if group.Group != at.group {
			continue
		}
		if version >= 4 && group.GroupState != "Stable" || version >= 5 && group.GroupType != "classic" {
			return fmt.Errorf("the group is listed as %v", group)
		}
		return errors.Join(code(answer.ErrorCode), wants("the protocol type", group.ProtocolType, "consumer"))
	}
	return errors.New("the group is not listed")
}

func versionDeleteGroups(ctx context.Context, version int16) error {
	at, err := join(ctx, "delete-groups", version, 9, 5, false)
	if err != nil {
		return err
	}
	remove := func(want *kerr.Error) error {
		request := kmsg.NewPtrDeleteGroupsRequest()
		request.Groups = []string{at.group}
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		told, err := one("groups", answer.Groups)
		if err != nil {
			return err
		}
		return expect(told.ErrorCode, want, told.ErrorMessage)
	}
	if err := errors.Join(remove(kerr.NonEmptyGroup), at.leave(ctx, 5)); err != nil {
		return err
	}
	return errors.Join(remove(nil), remove(kerr.GroupIDNotFound))
}

// commit commits offset 2 with metadata, as the member.
func (at seat) commit(ctx context.Context, version int16, topic place) error {
	partition := kmsg.NewOffsetCommitRequestTopicPartition()
	partition.Offset, partition.LeaderEpoch, partition.Metadata = 2, 0, ptr("metadata")
	entry := kmsg.NewOffsetCommitRequestTopic()
	entry.Topic, entry.TopicID, entry.Partitions = topic.name, topic.id, []kmsg.OffsetCommitRequestTopicPartition{partition}
	request := kmsg.NewPtrOffsetCommitRequest()
	request.Group, request.Generation, request.MemberID, request.InstanceID = at.group, at.generation, at.member, at.instance
	request.Topics = []kmsg.OffsetCommitRequestTopic{entry}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return err
	}
	if version >= 10 && told.TopicID != topic.id {
		return errors.New("another topic id came back")
	}
	result, err := one("partitions", told.Partitions)
	if err != nil {
		return err
	}
	return code(result.ErrorCode)
}

// expectCommitted reads the group's offset of partition 0.
func expectCommitted(ctx context.Context, version int16, group string, topic place, want int64) error {
	request := kmsg.NewPtrOffsetFetchRequest()
	request.RequireStable = true
	if version < 8 {
		entry := kmsg.NewOffsetFetchRequestTopic()
		entry.Topic, entry.Partitions = topic.name, []int32{0}
		request.Group, request.Topics = group, []kmsg.OffsetFetchRequestTopic{entry}
	} else {
		entry := kmsg.NewOffsetFetchRequestGroupTopic()
		entry.Topic, entry.TopicID, entry.Partitions = topic.name, topic.id, []int32{0}
		asked := kmsg.NewOffsetFetchRequestGroup()
		asked.Group, asked.Topics = group, []kmsg.OffsetFetchRequestGroupTopic{entry}
		request.Groups = []kmsg.OffsetFetchRequestGroup{asked}
	}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	if err := code(answer.ErrorCode); err != nil {
		return err
	}
	var found kmsg.OffsetFetchResponseGroupTopicPartition
	if version < 8 {
		told, err := one("topics", answer.Topics)
		if err != nil {
			return err
		}
		result, err := one("partitions", told.Partitions)
		if err != nil {
			return err
		}
		found = kmsg.OffsetFetchResponseGroupTopicPartition(result)
	} else {
		of, err := one("groups", answer.Groups)
		if err != nil {
			return err
		}
		told, err := one("topics", of.Topics)
		if err != nil {
			return errors.Join(err, code(of.ErrorCode))
		}
		if found, err = one("partitions", told.Partitions); err != nil {
			return err
		}
		if version >= 10 && told.TopicID != topic.id {
			return errors.New("another topic id came back")
		}
	}
	if err := errors.Join(code(found.ErrorCode), wants("the committed offset", found.Offset, want)); err != nil || want < 0 {
		return err
	}
	if found.Metadata == nil || *found.Metadata != "metadata" {
		return errors.New("the metadata of the commit is another")
	}
	if version >= 5 {
		return wants("the leader epoch", found.LeaderEpoch, 0)
	}
	return nil
}

func versionOffsetCommit(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "commit", version)
	if err != nil {
		return err
	}
	at, err := join(ctx, "commit", version, 9, 5, version >= 7)
	if err != nil {
		return err
	}
	if err := at.commit(ctx, version, topic); err != nil {
		return err
	}
	// The leader epoch is in requests from version 6 on.
	if version < 6 {
		return expectCommitted(ctx, 4, at.group, topic, 2)
	}
	return expectCommitted(ctx, 9, at.group, topic, 2)
}

func versionOffsetFetch(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "offset-fetch", version)
	if err != nil {
		return err
	}
	at, err := join(ctx, "offset-fetch", version, 9, 5, false)
	if err != nil {
		return err
	}
	if err := expectCommitted(ctx, version, at.group, topic, -1); err != nil {
		return err
	}
	return errors.Join(at.commit(ctx, 9, topic), expectCommitted(ctx, version, at.group, topic, 2))
}

func versionOffsetDelete(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "offset-delete", version)
	if err != nil {
		return err
	}
	at := seat{group: topic.name, generation: -1}
	if err := at.commit(ctx, 8, topic); err != nil {
		return err
	}
	entry := kmsg.NewOffsetDeleteRequestTopic()
	entry.Topic, entry.Partitions = topic.name, []kmsg.OffsetDeleteRequestTopicPartition{kmsg.NewOffsetDeleteRequestTopicPartition()}
	request := kmsg.NewPtrOffsetDeleteRequest()
	request.Group, request.Topics = at.group, []kmsg.OffsetDeleteRequestTopic{entry}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return errors.Join(err, code(answer.ErrorCode))
	}
	result, err := one("partitions", told.Partitions)
	if err != nil {
		return err
	}
	return errors.Join(code(answer.ErrorCode), code(result.ErrorCode), expectCommitted(ctx, 7, at.group, topic, -1))
}

func versionFindCoordinator(ctx context.Context, version int16) error {
	for kind, key := range []string{prefix + "-find", prefix + "-find-transaction"} {
		if kind > 0 && version < 1 {
			continue
		}
		request := kmsg.NewPtrFindCoordinatorRequest()
		request.CoordinatorKey, request.CoordinatorType, request.CoordinatorKeys = key, int8(kind), []string{key}
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		host, port := answer.Host, answer.Port
		if version >= 4 {
			found, err := one("coordinators", answer.Coordinators)
			if err != nil {
				return err
			}
			if err := errors.Join(code(found.ErrorCode, found.ErrorMessage), wants("the key", found.Key, key)); err != nil {
				return err
			}
			host, port = found.Host, found.Port
		}
		if err := errors.Join(code(answer.ErrorCode, answer.ErrorMessage), wants("the coordinator", fmt.Sprintf("%s:%d", host, port), bootstrap)); err != nil {
			return err
		}
	}
	return nil
}

// enroll makes a member of a group of the consumer protocol that has the topic's partition.
func enroll(ctx context.Context, api string, version, heartbeatVersion int16, topic place) (*kmsg.ConsumerGroupHeartbeatRequest, error) {
	request := kmsg.NewPtrConsumerGroupHeartbeatRequest()
	request.Group = fmt.Sprintf("%s-%s-v%d", prefix, api, version)
	request.RebalanceTimeoutMillis = 30_000
	request.Topics = []kmsg.ConsumerGroupHeartbeatRequestTopic{}
	request.SubscribedTopicNames = []string{topic.name}
	if heartbeatVersion >= 1 {
		request.MemberID = "member"
	}
	answer, err := ask(ctx, heartbeatVersion, request)
	if err != nil {
		return nil, err
	}
	if err := code(answer.ErrorCode, answer.ErrorMessage); err != nil {
		return nil, err
	}
	if answer.MemberID == nil || *answer.MemberID == "" || answer.MemberEpoch < 1 || answer.Assignment == nil {
		return nil, fmt.Errorf("the answer to joining is %v", answer)
	}
	given, err := one("topics", answer.Assignment.Topics)
	if err != nil {
		return nil, err
	}
	if given.TopicID != topic.id || len(given.Partitions) != 1 {
		return nil, fmt.Errorf("the assignment is %v", given)
	}
	request.MemberID, request.MemberEpoch = *answer.MemberID, answer.MemberEpoch
	request.Topics = []kmsg.ConsumerGroupHeartbeatRequestTopic{{TopicID: topic.id, Partitions: []int32{0}}}
	return request, nil
}

func versionConsumerGroupHeartbeat(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "consumer-heartbeat", version)
	if err != nil {
		return err
	}
	request, err := enroll(ctx, "consumer-heartbeat", version, version, topic)
	if err != nil {
		return err
	}
	for _, epoch := range []int32{request.MemberEpoch, -1} {
		request.MemberEpoch = epoch
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		if err := errors.Join(code(answer.ErrorCode, answer.ErrorMessage), wants("the epoch", answer.MemberEpoch, epoch)); err != nil {
			return err
		}
	}
	if version < 1 {
		return nil
	}
	request.Group, request.MemberEpoch, request.Topics = request.Group+"-regex", 0, []kmsg.ConsumerGroupHeartbeatRequestTopic{}
	request.SubscribedTopicNames, request.SubscribedTopicRegex = nil, &topic.name
	return until(func() (bool, error) {
		answer, err := ask(ctx, version, request)
		if err != nil {
			return false, err
		}
		request.MemberEpoch = answer.MemberEpoch
		return answer.Assignment != nil && len(answer.Assignment.Topics) == 1, code(answer.ErrorCode, answer.ErrorMessage)
	}, "the member gets nothing of what its expression matches")
}

func versionConsumerGroupDescribe(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "consumer-describe", version)
	if err != nil {
		return err
	}
	member, err := enroll(ctx, "consumer-describe", version, 1, topic)
	if err != nil {
		return err
	}
	request := kmsg.NewPtrConsumerGroupDescribeRequest()
	request.Groups = []string{member.Group}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	group, err := one("groups", answer.Groups)
	if err != nil {
		return err
	}
	told, err := one("members", group.Members)
	if err != nil {
		return errors.Join(err, code(group.ErrorCode, group.ErrorMessage))
	}
	if version >= 1 {
		if err := wants("the type of the member", told.MemberType, 1); err != nil {
			return err
		}
	}
	return errors.Join(
		wants("the state", group.State, "Stable"), wants("the assignor", group.AssignorName, "uniform"),
		wants("the member", told.MemberID, member.MemberID), wants("the epoch", told.MemberEpoch, member.MemberEpoch),
		wants("the assigned topics", len(told.Assignment.TopicPartitions), 1),
	)
}
