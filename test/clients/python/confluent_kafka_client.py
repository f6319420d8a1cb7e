"""The scenarios with confluent-kafka (librdkafka). Arguments: bootstrap server, prefix of all topic and group names."""

import sys
import time

import confluent_kafka as ck
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

from scenarios import PARTITIONS, RECORDS, WAIT_S, check, compare, headers, key, run, timestamp, value, wait_until

CONSUMER_PROTOCOL = {"group_protocol": "consumer"}  # KIP-848

bootstrap, prefix = sys.argv[1:3]
admin = AdminClient({"bootstrap.servers": bootstrap, "client.id": f"{prefix}-admin"})


def create_topic(name, config=None):
    topic = f"{prefix}-{name}"
    admin.create_topics([NewTopic(topic, PARTITIONS, 1, config=config or {})])[topic].result(WAIT_S)

    def known():
        found = admin.list_topics(timeout=10).topics.get(topic)
        return found is not None and found.error is None and len(found.partitions) == PARTITIONS

    wait_until(known, lambda: f"{topic} is not in the metadata")
    return topic


def consumer(**settings):
    return ck.Consumer({"bootstrap.servers": bootstrap, "group.id": f"{prefix}-none", "enable.auto.commit": False, "check.crcs": True,
                        "auto.offset.reset": "earliest", **{name.replace("_", "."): setting for name, setting in settings.items()}})


def produce(topic, count=RECORDS, first=0, **settings):
    problems = []
    producer = ck.Producer({"bootstrap.servers": bootstrap, "linger.ms": 20,
                            **{name.replace("_", "."): setting for name, setting in settings.items()}})

    def delivered(error, message):
        if error is not None:
            problems.append(str(error))

    for i in range(first, first + count):
        producer.produce(topic, value=value(i), key=key(i), partition=i % PARTITIONS, timestamp=timestamp(i), headers=headers(i), on_delivery=delivered)
    check(producer.flush(WAIT_S) == 0, "records are still not delivered")
    check(not problems, f"{len(problems)} not delivered, the first with: {problems[:1]}")


def row(message):
    return (message.partition(), message.offset(), message.timestamp()[1], message.key(), message.value(), message.headers())


def read(source, count):
    rows = []

    def enough():
        for message in source.consume(count - len(rows), 0.2):
            check(message.error() is None, str(message.error()))
            rows.append(row(message))
        return len(rows) >= count

    wait_until(enough, lambda: f"read {len(rows)} of {count} records in time")
    return rows


def topics():
    topic = create_topic("topics", {"retention.ms": "3600000"})
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    retention = admin.describe_configs([resource])[resource].result(WAIT_S)["retention.ms"].value
    check(retention == "3600000", f"retention.ms is {retention}")
    try:
        admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(WAIT_S)
        raise AssertionError("creating a topic twice succeeded")
    except ck.KafkaException as error:
        check(error.args[0].code() == ck.KafkaError.TOPIC_ALREADY_EXISTS, f"creating a topic twice: {error}")
    admin.delete_topics([topic])[topic].result(WAIT_S)
    wait_until(lambda: topic not in admin.list_topics(timeout=10).topics, lambda: "the topic is still listed after its deletion")


def round_trip(name, **settings):
    topic = create_topic(name)
    produce(topic, **settings)
    source = consumer()
    source.assign([ck.TopicPartition(topic, partition, ck.OFFSET_BEGINNING) for partition in range(PARTITIONS)])
    compare(read(source, RECORDS))
    source.close()


def seek():
    topic = create_topic("seek")
    produce(topic, compression_codec="lz4")
    source = consumer()
    source.assign([ck.TopicPartition(topic, 0, 10)])
    check(read(source, 1)[0][1] == 10, "the first record from offset 10 has another offset")
    found = source.offsets_for_times([ck.TopicPartition(topic, 0, timestamp(99))], WAIT_S)[0]
    check(found.offset == 33, f"the offset of a timestamp is {found.offset} instead of 33")
    low, high = source.get_watermark_offsets(ck.TopicPartition(topic, 0), WAIT_S)
    check((low, high) == (0, 67), f"the watermarks are {low} and {high}")
    source.close()


def commit_resume(name="commit", **protocol):
    topic = create_topic(name)
    produce(topic)
    group = f"{prefix}-{name}-group"
    first = consumer(group_id=group, **protocol)
    first.subscribe([topic])
    rows = read(first, RECORDS // 2)
    first.commit(asynchronous=False)
    partitions = [ck.TopicPartition(topic, partition) for partition in range(PARTITIONS)]
    committed = sum(max(0, partition.offset) for partition in first.committed(partitions, WAIT_S))
    check(committed == len(rows), f"committed {committed}, read {len(rows)}")
    first.close()
    second = consumer(group_id=group, **protocol)
    second.subscribe([topic])
    rows += read(second, RECORDS - len(rows))
    second.close()
    compare(rows)


def group(name="group", **protocol):
    topic = create_topic(name)
    produce(topic)
    one, two = (consumer(group_id=f"{prefix}-{name}", **protocol) for _ in range(2))
    one.subscribe([topic])
    two.subscribe([topic])
    seen = set()

    def poll(*members):
        for member in members:
            for message in member.consume(100, 0.05):
                check(message.error() is None, str(message.error()))
                seen.add((message.partition(), message.offset()))

    def shared():
        poll(one, two)
        sizes = [len(one.assignment()), len(two.assignment())]
        return min(sizes) > 0 and sum(sizes) == PARTITIONS

    def alone():
        poll(one)
        return len(one.assignment()) == PARTITIONS

    def all_read():
        poll(one)
        return len(seen) == 2 * RECORDS

    wait_until(shared, lambda: "the two members do not share the partitions")
    for member in (one, two):
        if any(partition.offset >= 0 for partition in member.position(member.assignment())):
            member.commit(asynchronous=False)
    two.close()
    wait_until(alone, lambda: "the last member does not get all partitions")
    produce(topic, first=RECORDS)
    wait_until(all_read, lambda: f"read {len(seen)} of {2 * RECORDS}")
    one.close()


def await_shares(sizes, *members):
    """Polls all members until these numbers of partitions are theirs, no partition twice; gives the places of what they read."""
    read = set()

    def shared():
        for member in members:
            for message in member.consume(100, 0.05):
                check(message.error() is None, str(message.error()))
                read.add((message.topic(), message.partition(), message.offset()))
        owned = [place(partition) for member in members for partition in member.assignment()]
        return sorted(len(member.assignment()) for member in members) == sizes and len(set(owned)) == len(owned)

    wait_until(shared, lambda: f"the shares are {[len(member.assignment()) for member in members]} instead of {sizes}")
    return read


def place(partition):
    return (partition.topic, partition.partition)


def owned(member):
    return sorted(place(partition) for partition in member.assignment())


def consumer_regex():
    """An expression that the broker evaluates finds the topics that exist, and one that is created later."""
    create_topic("regex-1")
    create_topic("not-regex")
    member = consumer(group_id=f"{prefix}-regex-group", **CONSUMER_PROTOCOL)
    member.subscribe([f"^{prefix}-regex-[0-9]+$"])
    await_shares([PARTITIONS], member)
    create_topic("regex-2")
    await_shares([2 * PARTITIONS], member)
    strangers = [topic for topic, _ in owned(member) if not topic.startswith(f"{prefix}-regex-")]
    check(not strangers, f"assigned {strangers}")
    member.close()


def consumer_static():
    """A static member that is away keeps its partitions, and has them again when it comes back."""
    topic = create_topic("static")

    def static(name):
        member = consumer(group_id=f"{prefix}-static-group", group_instance_id=name, **CONSUMER_PROTOCOL)
        member.subscribe([topic])
        return member

    a, b = static("a"), static("b")
    await_shares([1, 2], a, b)
    left, stayed = owned(a), owned(b)
    a.close()
    for _ in range(20):
        b.consume(100, 0.05)
    check(owned(b) == stayed, "the partitions of the member that is away went to the other")
    a = static("a")
    await_shares([1, 2], a, b)
    check((owned(a), owned(b)) == (left, stayed), "the partitions are shared out in another way")
    a.close()
    b.close()


def consumer_migration():
    """A group of the classic protocol becomes one of the consumer protocol while it works, and back."""
    topic = create_topic("migration")
    group = f"{prefix}-migration-group"

    def member(**protocol):
        made = consumer(group_id=group, **protocol)
        made.subscribe([topic])
        return made

    def type_is(name):
        listed = {row.group_id: row.type for row in admin.list_consumer_groups().result(WAIT_S).valid}
        check(listed[group].name == name, f"the group is of type {listed[group]}")

    old = member()
    await_shares([PARTITIONS], old)
    produce(topic)
    following = member(**CONSUMER_PROTOCOL)
    read = await_shares([1, 2], old, following)
    type_is("CONSUMER")
    following.close()
    read |= await_shares([PARTITIONS], old)
    type_is("CLASSIC")

    def all_committed():
        read.update(await_shares([PARTITIONS], old))
        if any(partition.offset >= 0 for partition in old.position(old.assignment())):
            old.commit(asynchronous=False)
        return sum(max(0, partition.offset) for partition in old.committed(old.assignment(), WAIT_S)) == RECORDS

    wait_until(all_committed, lambda: f"not all of {RECORDS} are read and committed")
    check(len(read) == RECORDS, f"read {len(read)} of {RECORDS}")
    old.close()
    following = member(**CONSUMER_PROTOCOL)
    await_shares([PARTITIONS], following)
    check(not following.consume(1, 0.5), "what was committed is read again")
    type_is("CONSUMER")
    following.close()


def transactions():
    """Writes in transactions with offsets, every second one aborted; then another instance takes over."""
    topic = create_topic("tx-out")
    group = f"{prefix}-tx-group"
    source = ck.TopicPartition(topic, 0)
    reader = consumer(group_id=group)

    def transactional():
        producer = ck.Producer({"bootstrap.servers": bootstrap, "transactional.id": f"{prefix}-tx"})
        producer.init_transactions(WAIT_S)
        return producer

    expected = []
    producer = transactional()
    for number in range(6):
        commits = number % 2 == 0
        producer.begin_transaction()
        for partition in range(PARTITIONS):
            producer.produce(topic, value=b"round-%d" % number, partition=partition)
            if commits:
                expected.append((partition, b"round-%d" % number))
        producer.send_offsets_to_transaction([ck.TopicPartition(topic, 0, 10 + number)], reader.consumer_group_metadata(), WAIT_S)
        if commits:
            producer.commit_transaction(WAIT_S)
        else:
            producer.flush(WAIT_S)
            producer.abort_transaction(WAIT_S)
        committed = reader.committed([source], WAIT_S)[0].offset
        check(committed == 10 + number - (0 if commits else 1), f"round {number} left offset {committed}")
    producer.begin_transaction()
    producer.produce(topic, value=b"zombie", partition=0)
    producer.flush(WAIT_S)
    next_one = transactional()
    try:
        producer.commit_transaction(WAIT_S)
        raise AssertionError("an instance that was replaced has committed")
    except ck.KafkaException as error:
        check(error.args[0].code() in (ck.KafkaError._FENCED, ck.KafkaError.PRODUCER_FENCED, ck.KafkaError.INVALID_PRODUCER_EPOCH), str(error))
    next_one.begin_transaction()
    next_one.produce(topic, value=b"next", partition=0)
    next_one.commit_transaction(WAIT_S)
    expected.append((0, b"next"))
    reader.assign([ck.TopicPartition(topic, partition, ck.OFFSET_BEGINNING) for partition in range(PARTITIONS)])
    seen = [(found[0], found[4]) for found in read(reader, len(expected))]
    check(not reader.consume(1, 0.5), "more than was committed can be read")
    check(sorted(seen) == sorted(expected), f"committed {expected}, read {seen}")
    reader.close()


run(
    [("topics", topics)]
    + [(f"codec-{codec}", lambda codec=codec: round_trip(f"codec-{codec}", compression_codec=codec))
       for codec in ("none", "gzip", "snappy", "lz4", "zstd")]
    + [(f"acks-{acks}", lambda acks=acks: round_trip(f"acks-{acks}", acks=acks)) for acks in ("0", "1", "all")]
    + [("idempotent", lambda: round_trip("idempotent", enable_idempotence=True)),
       ("seek", seek), ("commit-resume", commit_resume), ("group", group), ("transactions", transactions),
       ("consumer-commit-resume", lambda: commit_resume("consumer-commit", **CONSUMER_PROTOCOL)),
       ("consumer-group", lambda: group("consumer-group", **CONSUMER_PROTOCOL)),
       ("consumer-regex", consumer_regex), ("consumer-static", consumer_static), ("consumer-migration", consumer_migration)]
)
