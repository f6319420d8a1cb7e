package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func init() {
	exchanges[19] = versionCreateTopics
	exchanges[20] = versionDeleteTopics
	exchanges[32] = versionDescribeConfigs
	exchanges[33] = versionAlterConfigs
	exchanges[34] = versionAlterReplicaLogDirs
	exchanges[35] = versionDescribeLogDirs
	exchanges[37] = versionCreatePartitions
	exchanges[43] = versionElectLeaders
	exchanges[44] = versionIncrementalAlterConfigs
	exchanges[45] = versionAlterPartitionAssignments
	exchanges[46] = versionListPartitionReassignments
	exchanges[48] = versionClientQuotas(false)
	exchanges[49] = versionClientQuotas(true)
	exchanges[55] = versionDescribeQuorum
	exchanges[57] = versionUpdateFeatures
	exchanges[60] = versionDescribeCluster
	exchanges[64] = versionUnregisterBroker
	exchanges[71] = versionGetTelemetrySubscriptions
	exchanges[72] = versionPushTelemetry
	exchanges[74] = versionListConfigResources
	// They set what holds for the whole broker.
	inOrder[57], inOrder[71], inOrder[72], inOrder[74] = true, true, true, true
}

func versionCreateTopics(ctx context.Context, version int16) error {
	name := fmt.Sprintf("%s-create-v%d", prefix, version)
	topic := kmsg.NewCreateTopicsRequestTopic()
	topic.Topic, topic.NumPartitions, topic.ReplicationFactor = name, 2, 1
	config := kmsg.NewCreateTopicsRequestTopicConfig()
	config.Name, config.Value = "retention.ms", ptr("3600000")
	topic.Configs = []kmsg.CreateTopicsRequestTopicConfig{config}
	request := kmsg.NewPtrCreateTopicsRequest()
	request.Topics, request.TimeoutMillis = []kmsg.CreateTopicsRequestTopic{topic}, 5_000
	for _, round := range []struct {
		validate bool
		want     *kerr.Error
	}{{true, nil}, {false, nil}, {false, kerr.TopicAlreadyExists}} {
		request.ValidateOnly = round.validate
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		told, err := one("topics", answer.Topics)
		if err != nil {
			return err
		}
		if round.want != nil {
			if err := expect(told.ErrorCode, round.want); err != nil {
				return err
			}
			continue
		}
		if err := code(told.ErrorCode, told.ErrorMessage); err != nil {
			return err
		}
		if version >= 5 && (told.NumPartitions != 2 || len(told.Configs) == 0) {
			return fmt.Errorf("the answer is %v", told)
		}
		if version >= 7 && !round.validate && told.TopicID == [16]byte{} {
			return errors.New("the topic has no id")
		}
	}
	return expectConfig(ctx, 4, kmsg.ConfigResourceTypeTopic, name, "retention.ms", "3600000")
}

func versionDeleteTopics(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "delete", version)
	if err != nil {
		return err
	}
	request := kmsg.NewPtrDeleteTopicsRequest()
	request.TimeoutMillis = 5_000
	request.TopicNames = []string{topic.name}
	if version >= 6 {
		entry := kmsg.NewDeleteTopicsRequestTopic()
		entry.TopicID = topic.id
		request.Topics = []kmsg.DeleteTopicsRequestTopic{entry}
	}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return err
	}
	if err := code(told.ErrorCode, told.ErrorMessage); err != nil {
		return err
	}
	return untilDone(ctx, func() error {
		if _, err := appendTo(ctx, 12, topic, nil, batch(-1, -1, -1, "late")); !errors.Is(err, kerr.UnknownTopicOrPartition) {
			return fmt.Errorf("the topic is still there: %v", err)
		}
		return nil
	})
}

// expectConfig describes one config of a resource.
func expectConfig(ctx context.Context, version int16, kind kmsg.ConfigResourceType, name, config, want string) error {
	return untilDone(ctx, func() error { return configIs(ctx, version, kind, name, config, want) })
}

func configIs(ctx context.Context, version int16, kind kmsg.ConfigResourceType, name, config, want string) error {
	resource := kmsg.NewDescribeConfigsRequestResource()
	resource.ResourceType, resource.ResourceName, resource.ConfigNames = kind, name, []string{config}
	request := kmsg.NewPtrDescribeConfigsRequest()
	request.Resources, request.IncludeSynonyms, request.IncludeDocumentation = []kmsg.DescribeConfigsRequestResource{resource}, true, true
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("resources", answer.Resources)
	if err != nil {
		return err
	}
	found, err := one("configs", told.Configs)
	if err != nil {
		return errors.Join(err, code(told.ErrorCode, told.ErrorMessage))
	}
	if found.Value == nil || *found.Value != want {
		return fmt.Errorf("%s is %v", config, found.Value)
	}
	if version >= 3 && (found.ConfigType == 0 || found.Documentation == nil) {
		return errors.New("type or documentation are missing")
	}
	return nil
}

func versionDescribeConfigs(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "describe-configs", version)
	if err != nil {
		return err
	}
	return errors.Join(
		expectConfig(ctx, version, kmsg.ConfigResourceTypeTopic, topic.name, "cleanup.policy", "delete"),
		expectConfig(ctx, version, kmsg.ConfigResourceTypeBroker, "1", "node.id", "1"),
	)
}

func versionAlterConfigs(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "alter-configs", version)
	if err != nil {
		return err
	}
	config := kmsg.NewAlterConfigsRequestResourceConfig()
	config.Name, config.Value = "retention.ms", ptr("7200000")
	resource := kmsg.NewAlterConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kmsg.ConfigResourceTypeTopic, topic.name
	resource.Configs = []kmsg.AlterConfigsRequestResourceConfig{config}
	request := kmsg.NewPtrAlterConfigsRequest()
	request.Resources = []kmsg.AlterConfigsRequestResource{resource}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("resources", answer.Resources)
	if err != nil {
		return err
	}
	return errors.Join(code(told.ErrorCode, told.ErrorMessage), expectConfig(ctx, 4, kmsg.ConfigResourceTypeTopic, topic.name, "retention.ms", "7200000"))
}

// alter changes one config.
func alter(ctx context.Context, version int16, kind kmsg.ConfigResourceType, name string, operation kmsg.IncrementalAlterConfigOp, config, value string) error {
	entry := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	entry.Name, entry.Op, entry.Value = config, operation, &value
	resource := kmsg.NewIncrementalAlterConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kind, name
	resource.Configs = []kmsg.IncrementalAlterConfigsRequestResourceConfig{entry}
	request := kmsg.NewPtrIncrementalAlterConfigsRequest()
	request.Resources = []kmsg.IncrementalAlterConfigsRequestResource{resource}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("resources", answer.Resources)
	if err != nil {
		return err
	}
	return code(told.ErrorCode, told.ErrorMessage)
}

func versionIncrementalAlterConfigs(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "incremental", version)
	if err != nil {
		return err
	}
	kind := kmsg.ConfigResourceTypeTopic
	steps := []struct {
		operation     kmsg.IncrementalAlterConfigOp
		config, value string
		want          string
	}{
		{kmsg.IncrementalAlterConfigOpSet, "retention.ms", "7200000", "7200000"},
		{kmsg.IncrementalAlterConfigOpDelete, "retention.ms", "", "604800000"},
		{kmsg.IncrementalAlterConfigOpAppend, "cleanup.policy", "compact", "delete,compact"},
		{kmsg.IncrementalAlterConfigOpSubtract, "cleanup.policy", "delete", "compact"},
	}
	for _, step := range steps {
		if err := errors.Join(
			alter(ctx, version, kind, topic.name, step.operation, step.config, step.value),
			expectConfig(ctx, 4, kind, topic.name, step.config, step.want),
		); err != nil {
			return err
		}
	}
	return nil
}

// logDir finds the directory in which the topic's partition is.
func logDir(ctx context.Context, version int16, topic place) (string, error) {
	entry := kmsg.NewDescribeLogDirsRequestTopic()
	entry.Topic, entry.Partitions = topic.name, []int32{0}
	request := kmsg.NewPtrDescribeLogDirsRequest()
	request.Topics = []kmsg.DescribeLogDirsRequestTopic{entry}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return "", err
	}
	dir, err := one("directories", answer.Dirs)
	if err != nil {
		return "", errors.Join(err, code(answer.ErrorCode))
	}
	told, err := one("topics", dir.Topics)
	if err != nil {
		return "", err
	}
	partition, err := one("partitions", told.Partitions)
	if err != nil {
		return "", err
	}
	if version >= 4 && (dir.TotalBytes <= 0 || dir.UsableBytes <= 0) {
		return "", fmt.Errorf("the size of the volume is %d", dir.TotalBytes)
	}
	return dir.Dir, errors.Join(code(dir.ErrorCode), wants("the partition has a size", partition.Size > 0, true))
}

func versionDescribeLogDirs(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "log-dirs", version)
	if err != nil {
		return err
	}
	_, err = logDir(ctx, version, topic)
	return err
}

func versionAlterReplicaLogDirs(ctx context.Context, version int16) error {
	topic, err := filled(ctx, "alter-dirs", version)
	if err != nil {
		return err
	}
	path, err := logDir(ctx, 4, topic)
	if err != nil {
		return err
	}
	for dir, want := range map[string]*kerr.Error{path: nil, "/nowhere": kerr.LogDirNotFound} {
		entry := kmsg.NewAlterReplicaLogDirsRequestDirTopic()
		entry.Topic, entry.Partitions = topic.name, []int32{0}
		to := kmsg.NewAlterReplicaLogDirsRequestDir()
		to.Dir, to.Topics = dir, []kmsg.AlterReplicaLogDirsRequestDirTopic{entry}
		request := kmsg.NewPtrAlterReplicaLogDirsRequest()
		request.Dirs = []kmsg.AlterReplicaLogDirsRequestDir{to}
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
		if err := expect(result.ErrorCode, want); err != nil {
			return err
		}
	}
	return nil
}

func versionCreatePartitions(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "create-partitions", version)
	if err != nil {
		return err
	}
	for count, want := range map[int32]*kerr.Error{3: nil, 1: kerr.InvalidPartitions} {
		entry := kmsg.NewCreatePartitionsRequestTopic()
		entry.Topic, entry.Count = topic.name, count
		request := kmsg.NewPtrCreatePartitionsRequest()
		request.Topics, request.TimeoutMillis, request.ValidateOnly = []kmsg.CreatePartitionsRequestTopic{entry}, 5_000, false
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		told, err := one("topics", answer.Topics)
		if err != nil {
			return err
		}
		if err := expect(told.ErrorCode, want, told.ErrorMessage); err != nil {
			return err
		}
	}
	return nil
}

func versionElectLeaders(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "elect", version)
	if err != nil {
		return err
	}
	entry := kmsg.NewElectLeadersRequestTopic()
	entry.Topic, entry.Partitions = topic.name, []int32{0}
	request := kmsg.NewPtrElectLeadersRequest()
	request.Topics, request.TimeoutMillis = []kmsg.ElectLeadersRequestTopic{entry}, 5_000
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
	return errors.Join(code(answer.ErrorCode), expect(result.ErrorCode, kerr.ElectionNotNeeded))
}

func versionAlterPartitionAssignments(ctx context.Context, version int16) error {
	topic, err := newTopic(ctx, "reassign", version)
	if err != nil {
		return err
	}
	for replica, want := range map[int32]*kerr.Error{1: nil, 7: kerr.InvalidReplicaAssignment} {
		partition := kmsg.NewAlterPartitionAssignmentsRequestTopicPartition()
		partition.Replicas = []int32{replica}
		entry := kmsg.NewAlterPartitionAssignmentsRequestTopic()
		entry.Topic, entry.Partitions = topic.name, []kmsg.AlterPartitionAssignmentsRequestTopicPartition{partition}
		request := kmsg.NewPtrAlterPartitionAssignmentsRequest()
		request.Topics, request.TimeoutMillis = []kmsg.AlterPartitionAssignmentsRequestTopic{entry}, 5_000
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		told, err := one("topics", answer.Topics)
		if err != nil {
			return errors.Join(err, code(answer.ErrorCode, answer.ErrorMessage))
		}
		result, err := one("partitions", told.Partitions)
		if err != nil {
			return err
		}
		if err := expect(result.ErrorCode, want, result.ErrorMessage); err != nil {
			return err
		}
	}
	return nil
}

func versionListPartitionReassignments(ctx context.Context, version int16) error {
	request := kmsg.NewPtrListPartitionReassignmentsRequest()
	request.TimeoutMillis, request.Topics = 5_000, nil
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	return errors.Join(code(answer.ErrorCode, answer.ErrorMessage), wants("the topics", len(answer.Topics), 0))
}

// versionClientQuotas sets a quota and reads it; the version is that of the one or the other.
func versionClientQuotas(alters bool) exchange {
	return func(ctx context.Context, version int16) error {
		name := fmt.Sprintf("%s-quota-%t-v%d", prefix, alters, version)
		operation := kmsg.NewAlterClientQuotasRequestEntryOp()
		operation.Key, operation.Value = "producer_byte_rate", 1e9
		entity := kmsg.NewAlterClientQuotasRequestEntryEntity()
		entity.Type, entity.Name = "client-id", &name
		entry := kmsg.NewAlterClientQuotasRequestEntry()
		entry.Entity, entry.Ops = []kmsg.AlterClientQuotasRequestEntryEntity{entity}, []kmsg.AlterClientQuotasRequestEntryOp{operation}
		change := kmsg.NewPtrAlterClientQuotasRequest()
		change.Entries = []kmsg.AlterClientQuotasRequestEntry{entry}
		alterVersion, describeVersion := int16(1), int16(1)
		if alters {
			alterVersion = version
		} else {
			describeVersion = version
		}
		changed, err := ask(ctx, alterVersion, change)
		if err != nil {
			return err
		}
		told, err := one("entries", changed.Entries)
		if err != nil {
			return err
		}
		if err := code(told.ErrorCode, told.ErrorMessage); err != nil {
			return err
		}
		component := kmsg.NewDescribeClientQuotasRequestComponent()
		component.EntityType, component.Match = "client-id", &name
		request := kmsg.NewPtrDescribeClientQuotasRequest()
		request.Components = []kmsg.DescribeClientQuotasRequestComponent{component}
		return untilDone(ctx, func() error {
			answer, err := ask(ctx, describeVersion, request)
			if err != nil {
				return err
			}
			found, err := one("entries", answer.Entries)
			if err != nil {
				return errors.Join(err, code(answer.ErrorCode, answer.ErrorMessage))
			}
			value, err := one("values", found.Values)
			return errors.Join(err, wants("the quota", value.Value, 1e9))
		})
	}
}

func versionDescribeQuorum(ctx context.Context, version int16) error {
	topic := kmsg.NewDescribeQuorumRequestTopic()
	topic.Topic, topic.Partitions = "__cluster_metadata", []kmsg.DescribeQuorumRequestTopicPartition{kmsg.NewDescribeQuorumRequestTopicPartition()}
	request := kmsg.NewPtrDescribeQuorumRequest()
	request.Topics = []kmsg.DescribeQuorumRequestTopic{topic}
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	told, err := one("topics", answer.Topics)
	if err != nil {
		return errors.Join(err, code(answer.ErrorCode, answer.ErrorMessage))
	}
	result, err := one("partitions", told.Partitions)
	if err != nil {
		return err
	}
	voter, err := one("voters", result.CurrentVoters)
	if err != nil {
		return err
	}
	if version >= 2 {
		if _, err := one("nodes", answer.Nodes); err != nil {
			return err
		}
	}
	return errors.Join(code(result.ErrorCode), wants("the voter", voter.ReplicaID, result.LeaderID))
}

func versionUpdateFeatures(ctx context.Context, version int16) error {
	for _, round := range []struct {
		level int16
		want  *kerr.Error
	}{{1, nil}, {2, nil}, {99, kerr.InvalidUpdateVersion}} {
		// How version 0 asks for a downgrade is not heard by Kafka's controllers.
		if version == 0 && round.level == 1 {
			continue
		}
		update := kmsg.NewUpdateFeaturesRequestFeatureUpdate()
		update.Feature, update.MaxVersionLevel, update.UpgradeType = "transaction.version", round.level, 1
		if round.level == 1 {
			update.UpgradeType = 2
		}
		request := kmsg.NewPtrUpdateFeaturesRequest()
		request.FeatureUpdates, request.TimeoutMillis = []kmsg.UpdateFeaturesRequestFeatureUpdate{update}, 5_000
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		result := answer.ErrorCode
		if result == 0 && version < 2 {
			told, err := one("results", answer.Results)
			if err != nil {
				return err
			}
			result = told.ErrorCode
		}
		if round.want == nil {
			err = code(result, answer.ErrorMessage)
		} else {
			err = expect(result, round.want)
		}
		if err != nil {
			return fmt.Errorf("level %d: %w", round.level, err)
		}
	}
	return nil
}

func versionDescribeCluster(ctx context.Context, version int16) error {
	request := kmsg.NewPtrDescribeClusterRequest()
	request.EndpointType, request.IncludeClusterAuthorizedOperations, request.IncludeFencedBrokers = 1, true, true
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	broker, err := one("brokers", answer.Brokers)
	if err != nil {
		return errors.Join(err, code(answer.ErrorCode, answer.ErrorMessage))
	}
	return errors.Join(wants("the address", fmt.Sprintf("%s:%d", broker.Host, broker.Port), bootstrap), wants("the cluster has an id", answer.ClusterID != "", true))
}

func versionUnregisterBroker(ctx context.Context, version int16) error {
	request := kmsg.NewPtrUnregisterBrokerRequest()
	request.BrokerID = 7
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	return expect(answer.ErrorCode, kerr.BrokerIDNotRegistered)
}

// subscribeMetrics lets the broker ask every client for all metrics.
func subscribeMetrics(ctx context.Context, version int16) (*kmsg.GetTelemetrySubscriptionsResponse, error) {
	name := prefix + "-metrics"
	if err := alter(ctx, 1, kmsg.ConfigResourceTypeClientMetrics, name, kmsg.IncrementalAlterConfigOpSet, "metrics", "org.apache.kafka."); err != nil {
		return nil, err
	}
	answer, err := ask(ctx, version, kmsg.NewPtrGetTelemetrySubscriptionsRequest())
	if err != nil {
		return nil, err
	}
	return answer, errors.Join(
		code(answer.ErrorCode), wants("the client got an id", answer.ClientInstanceID != [16]byte{}, true),
		wants("the metrics", slices.Equal(answer.RequestedMetrics, []string{"org.apache.kafka."}), true),
	)
}

func versionGetTelemetrySubscriptions(ctx context.Context, version int16) error {
	_, err := subscribeMetrics(ctx, version)
	return err
}

func versionPushTelemetry(ctx context.Context, version int16) error {
	subscription, err := subscribeMetrics(ctx, 0)
	if err != nil {
		return err
	}
	request := kmsg.NewPtrPushTelemetryRequest()
	request.ClientInstanceID, request.SubscriptionID = subscription.ClientInstanceID, subscription.SubscriptionID
	answer, err := ask(ctx, version, request)
	if err != nil {
		return err
	}
	return code(answer.ErrorCode)
}

func versionListConfigResources(ctx context.Context, version int16) error {
	name := prefix + "-listed"
	if err := alter(ctx, 1, kmsg.ConfigResourceTypeClientMetrics, name, kmsg.IncrementalAlterConfigOpSet, "interval.ms", "60000"); err != nil {
		return err
	}
	request := kmsg.NewPtrListConfigResourcesRequest()
	if version >= 1 {
		request.ResourceTypes = []int8{int8(kmsg.ConfigResourceTypeClientMetrics)}
	}
	return untilDone(ctx, func() error {
		answer, err := ask(ctx, version, request)
		if err != nil {
			return err
		}
		for _, resource := range answer.ConfigResources {
			if resource.Name == name {
				return code(answer.ErrorCode)
			}
		}
		return errors.New("the client metrics are not listed")
	})
}
