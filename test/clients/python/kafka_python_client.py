"""The scenarios with kafka-python. Arguments: bootstrap server, prefix of all topic and group names."""

import sys

import kafka
from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError

from scenarios import PARTITIONS, RECORDS, WAIT_S, check, compare, headers, key, run, timestamp, value, wait_until

bootstrap, prefix = sys.argv[1:3]
admin = kafka.KafkaAdminClient(bootstrap_servers=bootstrap, client_id=f"{prefix}-admin")


def create_topic(name, config=None):
    topic = f"{prefix}-{name}"
    admin.create_topics([NewTopic(topic, PARTITIONS, 1, topic_configs=config or {})])
    wait_until(lambda: topic in admin.list_topics(), lambda: f"{topic} is not in the metadata")
    return topic


def consumer(**settings):
    return kafka.KafkaConsumer(bootstrap_servers=bootstrap, client_id=f"{prefix}-consumer", enable_auto_commit=False, check_crcs=True,
                               auto_offset_reset="earliest", **settings)


def produce(topic, count=RECORDS, first=0, **settings):
    producer = kafka.KafkaProducer(bootstrap_servers=bootstrap, linger_ms=20, **settings)
    sent = [producer.send(topic, value(i, nulls=False), key(i), headers(i, nulls=False), i % PARTITIONS, timestamp(i)) for i in range(first, first + count)]
    producer.flush(WAIT_S)
    for future in sent:
        future.get(WAIT_S)
    producer.close()


def row(record):
    return (record.partition, record.offset, record.timestamp, record.key, record.value, record.headers)


def read(source, count):
    rows = []

    def enough():
        for records in source.poll(200, count - len(rows)).values():
            rows.extend(map(row, records))
        return len(rows) >= count

    wait_until(enough, lambda: f"read {len(rows)} of {count} records in time")
    return rows


def partitions(topic):
    return [kafka.TopicPartition(topic, partition) for partition in range(PARTITIONS)]


def topics():
    topic = create_topic("topics", {"retention.ms": "3600000"})
    try:
        admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
        raise AssertionError("creating a topic twice succeeded")
    except TopicAlreadyExistsError:
        pass
    admin.delete_topics([topic])
    wait_until(lambda: topic not in admin.list_topics(), lambda: "the topic is still listed after its deletion")


def round_trip(name, **settings):
    topic = create_topic(name)
    produce(topic, **settings)
    source = consumer()
    source.assign(partitions(topic))
    source.seek_to_beginning()
    compare(read(source, RECORDS), nulls=False)
    source.close()


def seek():
    topic = create_topic("seek")
    produce(topic, compression_type="lz4")
    first = kafka.TopicPartition(topic, 0)
    source = consumer()
    source.assign([first])
    source.seek(first, 10)
    check(read(source, 1)[0][1] == 10, "the first record after seek(10) has another offset")
    offset = source.offsets_for_times({first: timestamp(99)})[first].offset
    check(offset == 33, f"the offset of a timestamp is {offset} instead of 33")
    check(source.beginning_offsets([first])[first] == 0, "beginning offset")
    end = source.end_offsets([first])[first]
    check(end == 67, f"the end offset is {end} instead of 67")
    source.close()


def commit_resume():
    topic = create_topic("commit")
    produce(topic)
    group = f"{prefix}-commit-group"
    first = consumer(group_id=group)
    first.subscribe([topic])
    rows = read(first, RECORDS // 2)
    first.commit()
    committed = sum(first.committed(partition) or 0 for partition in partitions(topic))
    check(committed == len(rows), f"committed {committed}, read {len(rows)}")
    first.close(autocommit=False)
    second = consumer(group_id=group)
    second.subscribe([topic])
    rows += read(second, RECORDS - len(rows))
    second.close(autocommit=False)
    compare(rows, nulls=False)


def group():
    topic = create_topic("group")
    produce(topic)
    one, two = (consumer(group_id=f"{prefix}-group") for _ in range(2))
    one.subscribe([topic])
    two.subscribe([topic])
    seen = set()

    # A poll that ends while the client joins starts the join anew, and the leader's anew is a rebalance for all: on a busy machine
    # short polls never let the two meet.
    def poll(*members):
        for member in members:
            for records in member.poll(1000).values():
                seen.update((record.partition, record.offset) for record in records)

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
    one.commit()
    two.commit()
    two.close(autocommit=False)
    wait_until(alone, lambda: "the last member does not get all partitions")
    produce(topic, first=RECORDS)
    wait_until(all_read, lambda: f"read {len(seen)} of {2 * RECORDS}")
    one.close(autocommit=False)


def acks(text):
    return "all" if text == "all" else int(text)


run(
    [("topics", topics)]
    + [(f"codec-{codec}", lambda codec=codec: round_trip(f"codec-{codec}", compression_type=None if codec == "none" else codec))
       for codec in ("none", "gzip", "snappy", "lz4", "zstd")]
    + [(f"acks-{text}", lambda text=text: round_trip(f"acks-{text}", acks=acks(text), enable_idempotence=False, max_in_flight_requests_per_connection=1))
       for text in ("0", "1", "all")]
    + [("idempotent", lambda: round_trip("idempotent", enable_idempotence=True)),
       ("seek", seek), ("commit-resume", commit_resume), ("group", group)]
)
