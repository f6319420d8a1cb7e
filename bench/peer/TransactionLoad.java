import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Arguments: bootstrap, topic, topic to copy to, transactions, warm-up transactions. Writes transactions of 100 records of 1 KB, one after the other, and
 * then copies the topic exactly once: read, write, offsets within the transaction. Prints records a second of both as two numbers.
 */
class TransactionLoad {
  static final int RECORDS = 100;

  public static void main(String[] args) {
    String topic = args[1];
    String copy = args[2];
    int transactions = Integer.parseInt(args[3]);
    int warmUp = Integer.parseInt(args[4]);
    double written;
    try (var producer = producer(args[0], topic)) {
      produce(producer, topic, warmUp);
      long started = System.nanoTime();
      produce(producer, topic, transactions);
      written = rate((long) transactions * RECORDS, started);
    }
    System.out.println(written + " " + copyAll(args[0], topic, copy, (long) (transactions + warmUp) * RECORDS));
  }

  static void produce(KafkaProducer<byte[], byte[]> producer, String topic, int transactions) {
    byte[] value = new byte[1000];
    var random = new java.util.Random(7);
    for (int i = 0; i < transactions; i++) {
      producer.beginTransaction();
      for (int n = 0; n < RECORDS; n++) {
        random.nextBytes(value);
        producer.send(new ProducerRecord<>(topic, value.clone()));
      }
      producer.commitTransaction();
    }
  }

  static double copyAll(String bootstrap, String from, String to, long expected) {
    var settings = settings(bootstrap);
    settings.put("group.id", "copy-" + from);
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", "false");
    settings.put("isolation.level", "read_committed");
    settings.put("max.poll.records", String.valueOf(RECORDS));
    long copied = 0;
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var producer = producer(bootstrap, "copy-" + from)) {
      consumer.subscribe(List.of(from));
      long started = 0;
      while (copied < expected) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(10));
        if (records.isEmpty()) throw new IllegalStateException(copied + " of " + expected + " records were read");
        if (started == 0) started = System.nanoTime();
        producer.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (var record : records) {
          producer.send(new ProducerRecord<>(to, record.value()));
          offsets.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction();
        copied += records.count();
      }
      return rate(copied, started);
    }
  }

  static KafkaProducer<byte[], byte[]> producer(String bootstrap, String id) {
    var settings = settings(bootstrap);
    settings.put("transactional.id", id);
    settings.put("linger.ms", "5");
    var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  static Properties settings(String bootstrap) {
    var settings = new Properties();
    settings.put("bootstrap.servers", bootstrap);
    return settings;
  }

  static double rate(long records, long started) {
    return records / ((System.nanoTime() - started) / 1e9);
  }
}
