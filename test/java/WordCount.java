import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * Counts words with exactly_once_v2 and without a cache, so that each word's counts come out as 1, 2, 3 and so on.
 * Arguments: BROKERS generate COUNT WORDS | BROKERS process STATE-DIR | BROKERS verify | BROKERS store STATE-DIR
 */
public final class WordCount {
    private static final String TEXT = "text";
    private static final String COUNTS = "counts";
    private static final String STORE = "count-store";

    public static void main(String[] args) throws Exception {
        switch (args[1]) {
            case "generate" -> generate(args[0], Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            case "process" -> start(args[0], args[2]);
            case "verify" -> verify(args[0]);
            case "store" -> printStore(args[0], args[2]);
            default -> throw new IllegalArgumentException(args[1]);
        }
    }

    /** Record i is the word i * 7919 mod WORDS; an idempotent producer sends each once, however long that takes. */
    private static void generate(String brokers, int count, int words) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("acks", "all");
        settings.put("linger.ms", "5");
        settings.put("delivery.timeout.ms", "600000");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < count; i++) {
                String word = "word-" + (int) (i * 7919L % words);
                producer.send(new ProducerRecord<>(TEXT, null, word), (metadata, error) -> {
                    if (error != null) {
                        error.printStackTrace();
                        System.exit(1);
                    }
                });
            }
        }
        System.out.println("generated " + count);
    }

    private static KafkaStreams start(String brokers, String stateDir) throws InterruptedException {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream(TEXT)
            .groupBy((key, word) -> word, Grouped.with(Serdes.String(), Serdes.String()))
            .count(Materialized.as(STORE))
            .toStream()
            .to(COUNTS, Produced.with(Serdes.String(), Serdes.Long()));
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "word-count");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), "10000");
        // Compaction of the changelog is to happen while it is written.
        settings.put(StreamsConfig.topicPrefix("segment.bytes"), 1048576);
        settings.put(StreamsConfig.topicPrefix("min.cleanable.dirty.ratio"), "0.1");
        KafkaStreams streams = new KafkaStreams(builder.build(), settings);
        CountDownLatch running = new CountDownLatch(1);
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            System.out.println("replaced a thread: " + error);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) running.countDown();
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(60))));
        streams.start();
        running.await();
        System.out.println("running");
        return streams;
    }

    /** What the store holds, which with an empty state directory comes from the changelog alone. */
    private static void printStore(String brokers, String stateDir) throws InterruptedException {
        KafkaStreams streams = start(brokers, stateDir);
        var parameters = StoreQueryParameters.fromNameAndType(STORE, QueryableStoreTypes.<String, Long>keyValueStore());
        try (KeyValueIterator<String, Long> all = streams.store(parameters).all()) {
            all.forEachRemaining(entry -> System.out.println("store " + entry.key + " " + entry.value));
        }
        System.exit(0);
    }

    /** Prints each word's last count, and each count that is not the one before plus one. */
    private static void verify(String brokers) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("isolation.level", "read_committed");
        Map<String, Long> counts = new HashMap<>();
        try (KafkaConsumer<String, Long> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new LongDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(COUNTS).forEach(info -> partitions.add(new TopicPartition(COUNTS, info.partition())));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<String, Long> record : consumer.poll(Duration.ofMillis(500))) {
                    long before = counts.getOrDefault(record.key(), 0L);
                    if (record.value() != before + 1)
                        System.out.println("wrong " + record.key() + " " + before + " then " + record.value()
                            + " at offset " + record.offset() + " of partition " + record.partition());
                    counts.put(record.key(), record.value());
                }
            }
        }
        counts.forEach((word, count) -> System.out.println("count " + word + " " + count));
    }
}
