"""A transactional producer with its consumer (confluent-kafka, which is librdkafka), told what to do by lines of JSON on stdin.

One request per line, {"method": ..., ...}; one answer per line, {"result": ...} or {"error": "..."}. Ends with its stdin.
"""

import json
import sys

import confluent_kafka as ck

REQUEST_S = 20
POLL_S = 0.25
POLL_RECORDS = 50


class Session:
    def __init__(self):
        self.producer = None
        self.consumer = None
        self.polled = {}
        self.rebalances = 0

    def open(self, bootstrap, transactionalId, groupId, topics, partitions, mode, timeoutMs):
        common = {
            "bootstrap.servers": bootstrap,
            "client.id": "checker-librdkafka",
            "reconnect.backoff.max.ms": 500,
            # Bootstrapping anew, librdkafka 2.16 takes the one broker out of service and may wait for that same handle for ever.
            "metadata.recovery.strategy": "none",
        }
        self.producer = ck.Producer(
            common
            | {
                "transactional.id": transactionalId,
                "transaction.timeout.ms": timeoutMs,
                "socket.timeout.ms": timeoutMs,
                "message.timeout.ms": timeoutMs,
                "linger.ms": 0,
            }
        )
        self.producer.init_transactions(REQUEST_S)
        self.consumer = ck.Consumer(
            common
            | {
                "group.id": groupId,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "session.timeout.ms": 3000,
                "heartbeat.interval.ms": 500,
                "fetch.wait.max.ms": 100,
            }
        )
        if mode == "subscribe":
            self.consumer.subscribe(topics, on_assign=self.rebalanced, on_revoke=self.rebalanced, on_lost=self.rebalanced)
        else:
            places = [ck.TopicPartition(topic, p) for topic in topics for p in range(partitions)]
            places = self.consumer.committed(places, REQUEST_S)
            for place in places:
                if place.error is not None:
                    raise ck.KafkaException(place.error)
                if place.offset < 0:
                    place.offset = ck.OFFSET_BEGINNING
            self.consumer.assign(places)

    def rebalanced(self, _consumer, _partitions):
        self.rebalances += 1

    def begin(self):
        self.polled = {}
        self.producer.begin_transaction()

    def send(self, topic, partition, values):
        offsets = {}
        errors = []

        def delivered(index):
            def callback(error, message):
                if error is None:
                    offsets[index] = message.offset()
                else:
                    errors.append(error)

            return callback

        for index, value in enumerate(values):
            self.producer.produce(topic, value.encode("latin1"), partition=partition, on_delivery=delivered(index))
        left = self.producer.flush(REQUEST_S)
        if errors:
            raise ck.KafkaException(errors[0])
        if left > 0:
            raise RuntimeError(f"{left} messages are not delivered")
        return [offsets.get(index) for index in range(len(values))]

    def poll(self):
        before = self.rebalances
        records = []
        for message in self.consumer.consume(POLL_RECORDS, POLL_S):
            if message.error() is not None:
                if message.error().retriable() or message.error().code() == ck.KafkaError._TRANSPORT:
                    continue
                raise ck.KafkaException(message.error())
            self.polled[(message.topic(), message.partition())] = message.offset() + 1
            records.append([message.topic(), message.partition(), message.offset(), message.value().decode("latin1")])
        return {"records": records, "moved": self.rebalances - before}

    def send_offsets(self):
        places = [ck.TopicPartition(topic, p, offset) for (topic, p), offset in self.polled.items()]
        self.producer.send_offsets_to_transaction(places, self.consumer.consumer_group_metadata(), REQUEST_S)

    def commit(self):
        self.producer.commit_transaction(REQUEST_S)
        self.polled = {}

    def abort(self):
        self.producer.abort_transaction(REQUEST_S)
        self.polled = {}
        # What is committed is where to go on, whatever was polled and whoever has had the partitions in the meantime.
        for place in self.consumer.committed(self.consumer.assignment(), REQUEST_S):
            if place.error is not None:
                raise ck.KafkaException(place.error)
            if place.offset < 0:
                place.offset = ck.OFFSET_BEGINNING
            try:
                self.consumer.seek(place)
            except ck.KafkaException as error:
                # A partition that is not being read yet begins with what is committed by itself.
                if error.args[0].code() not in (ck.KafkaError._STATE, ck.KafkaError._UNKNOWN_PARTITION):
                    raise

    def release_consumer(self):
        if self.consumer is not None:
            self.consumer.close()
            self.consumer = None


def main():
    session = Session()
    methods = {
        name: getattr(session, name)
        for name in ("open", "begin", "send", "poll", "send_offsets", "commit", "abort", "release_consumer")
    }
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = methods[request.pop("method")](**request)
            answer = {"result": result}
        except (ck.KafkaException, RuntimeError) as error:
            answer = {"error": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
