import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.*;

/**
 * The scenarios of the client suite with Apache Kafka's Java client, in the part of its interface that 2.1 and 4.x share.
 * Arguments: bootstrap server, prefix of all topic and group names. Prints one JSON line per scenario.
 */
public final class ClientProgram {
  private static final int PARTITIONS = 3;
  private static final int RECORDS = 200;
  private static final long WAIT_MS = 40_000;
  private static final long BASE_TIMESTAMP = System.currentTimeMillis() - 600_000;

  /** KIP-848, in clients since 4.0. */
  private static final Map<String, String> CONSUMER_PROTOCOL = Map.of("group.protocol", "consumer");

  private final String bootstrap;
  private final String prefix;
  private boolean failed;

  private ClientProgram(String bootstrap, String prefix) {
    this.bootstrap = bootstrap;
    this.prefix = prefix;
  }

  private interface Scenario {
    void run() throws Exception;
  }

  public static void main(String[] args) {
    ClientProgram program = new ClientProgram(args[0], args[1]);
    program.runAll();
    System.exit(program.failed ? 1 : 0);
  }

  private void runAll() {
    scenario("topics", this::topics);
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      scenario("codec-" + codec, () -> roundTrip("codec-" + codec, Map.of("compression.type", codec)));
    }
    for (String acks : List.of("0", "1", "all")) {
      scenario("acks-" + acks, () -> roundTrip("acks-" + acks, Map.of("acks", acks, "enable.idempotence", "false")));
    }
    scenario("idempotent", () -> roundTrip("idempotent", Map.of("acks", "all", "enable.idempotence", "true")));
    scenario("seek", this::seek);
    scenario("commit-resume", () -> commitAndResume("commit", Map.of()));
    scenario("group", () -> group("group", Map.of()));
    scenario("transactions", this::transactions);
    if (regexSubscription() == null) return;
    scenario("consumer-commit-resume", () -> commitAndResume("consumer-commit", CONSUMER_PROTOCOL));
    scenario("consumer-group", () -> group("consumer-group", CONSUMER_PROTOCOL));
    scenario("consumer-regex", this::consumerRegex);
    scenario("consumer-static", this::consumerStatic);
    scenario("consumer-migration", this::consumerMigration);
  }

  private void scenario(String name, Scenario body) {
    long started = System.currentTimeMillis();
    try {
      body.run();
      print(name, true, "", started);
    } catch (Throwable error) {
      failed = true;
      print(name, false, String.valueOf(error), started);
    }
  }

  private static void print(String name, boolean ok, String detail, long started) {
    String text = detail.replace("\\", "\\\\").replace("\"", "'").replaceAll("\\p{Cntrl}", " ");
    System.out.println(
        "{\"scenario\":\"" + name + "\",\"ok\":" + ok + ",\"ms\":" + (System.currentTimeMillis() - started)
            + ",\"detail\":\"" + text + "\"}");
  }

  /** Creates, describes, lists and deletes a topic. */
  private void topics() throws Exception {
    String topic = prefix + "-topics";
    try (AdminClient admin = admin()) {
      NewTopic request = new NewTopic(topic, PARTITIONS, (short) 1).configs(Map.of("retention.ms", "3600000"));
      admin.createTopics(List.of(request)).all().get();
      awaitTopic(admin, topic);
      var resource = new org.apache.kafka.common.config.ConfigResource(
          org.apache.kafka.common.config.ConfigResource.Type.TOPIC, topic);
      String retention = admin.describeConfigs(List.of(resource)).all().get().get(resource).get("retention.ms").value();
      check(retention.equals("3600000"), "retention.ms is " + retention);
      check(admin.listTopics().names().get().contains(topic), "the topic is not in the list");
      try {
        admin.createTopics(List.of(request)).all().get();
        throw new IllegalStateException("creating a topic twice succeeded");
      } catch (java.util.concurrent.ExecutionException error) {
        check(error.getCause() instanceof org.apache.kafka.common.errors.TopicExistsException, "not TopicExists: " + error);
      }
      admin.deleteTopics(List.of(topic)).all().get();
      long deadline = System.currentTimeMillis() + WAIT_MS;
      while (admin.listTopics().names().get().contains(topic)) {
        check(System.currentTimeMillis() < deadline, "the topic is still listed after its deletion");
        Thread.sleep(50);
      }
    }
  }

  /** Writes records with the given settings and reads every byte of them back. */
  private void roundTrip(String name, Map<String, String> settings) throws Exception {
    String topic = createTopic(name);
    produce(topic, 0, RECORDS, settings);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of())) {
      consumer.assign(partitions(topic));
      consumer.seekToBeginning(partitions(topic));
      compare(read(consumer, RECORDS), 0, RECORDS);
    }
  }

  /** Reads from an offset, from a timestamp and from the end. */
  private void seek() throws Exception {
    String topic = createTopic("seek");
    produce(topic, 0, RECORDS, Map.of("compression.type", "lz4", "linger.ms", "50"));
    TopicPartition first = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of())) {
      consumer.assign(List.of(first));
      consumer.seek(first, 10);
      check(read(consumer, 1).get(0).offset() == 10, "the first record after seek(10) has another offset");

      long timestamp = BASE_TIMESTAMP + 99 * 10L;
      long offset = consumer.offsetsForTimes(Map.of(first, timestamp)).get(first).offset();
      check(offset == 33, "the offset of a timestamp is " + offset + " instead of 33");
      check(consumer.offsetsForTimes(Map.of(first, timestamp + 3_600_000)).get(first) == null, "an offset for a time to come");

      check(consumer.beginningOffsets(List.of(first)).get(first) == 0, "beginning offset");
      long end = consumer.endOffsets(List.of(first)).get(first);
      check(end == 67, "the end offset is " + end + " instead of 67");
      consumer.seekToEnd(List.of(first));
      check(consumer.position(first) == end, "position at the end");
    }
  }

  /** Commits half way, leaves, and goes on where the group was. */
  private void commitAndResume(String name, Map<String, String> protocol) throws Exception {
    String topic = createTopic(name);
    String groupId = prefix + "-" + name + "-group";
    Map<String, String> settings = new HashMap<>(protocol);
    settings.putAll(Map.of("group.id", groupId, "auto.offset.reset", "earliest", "max.poll.records", "10"));
    produce(topic, 0, RECORDS, Map.of());
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings)) {
      consumer.subscribe(List.of(topic));
      all.addAll(read(consumer, RECORDS / 2));
      consumer.commitSync();
    }
    check(all.size() < RECORDS, "the first member read everything");
    try (AdminClient admin = admin()) {
      long committed = 0;
      for (OffsetAndMetadata offset : admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata().get().values()) {
        if (offset != null) committed += offset.offset();
      }
      check(committed == all.size(), "committed " + committed + ", read " + all.size());
    }
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings)) {
      consumer.subscribe(List.of(topic));
      all.addAll(read(consumer, RECORDS - all.size()));
    }
    compare(all, 0, RECORDS);
  }

  /** Two members share the partitions; when one leaves, the other gets them all. */
  private void group(String name, Map<String, String> protocol) throws Exception {
    String topic = createTopic(name);
    Map<String, String> settings = new HashMap<>(protocol);
    settings.putAll(Map.of("group.id", prefix + "-" + name, "auto.offset.reset", "earliest"));
    produce(topic, 0, RECORDS, Map.of());
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    KafkaConsumer<byte[], byte[]> one = consumer(settings);
    KafkaConsumer<byte[], byte[]> two = consumer(settings);
    try {
      one.subscribe(List.of(topic));
      two.subscribe(List.of(topic));
      long deadline = System.currentTimeMillis() + WAIT_MS;
      while (one.assignment().isEmpty() || two.assignment().isEmpty()
          || one.assignment().size() + two.assignment().size() != PARTITIONS) {
        check(System.currentTimeMillis() < deadline, "no assignment for both: " + one.assignment() + two.assignment());
        one.poll(Duration.ofMillis(50)).forEach(all::add);
        two.poll(Duration.ofMillis(50)).forEach(all::add);
      }
      one.commitSync();
      two.commitSync();
      two.close();
      while (one.assignment().size() != PARTITIONS) {
        check(System.currentTimeMillis() < deadline, "the last member has only " + one.assignment());
        one.poll(Duration.ofMillis(50)).forEach(all::add);
      }
      produce(topic, RECORDS, 2 * RECORDS, Map.of());
      Set<String> seen = new HashSet<>();
      for (ConsumerRecord<byte[], byte[]> record : all) seen.add(record.partition() + "@" + record.offset());
      while (seen.size() < 2 * RECORDS) {
        check(System.currentTimeMillis() < deadline, "read " + seen.size() + " of " + 2 * RECORDS);
        for (ConsumerRecord<byte[], byte[]> record : one.poll(Duration.ofMillis(100))) seen.add(record.partition() + "@" + record.offset());
      }
    } finally {
      one.close();
      two.close();
    }
  }

  private Map<String, String> member(String group, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(Map.of("group.id", group, "auto.offset.reset", "earliest"));
    all.putAll(settings);
    return all;
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }

  /** Polls all members until these numbers of partitions are theirs, no partition twice, and says what they read meanwhile. */
  @SafeVarargs
  private static Set<String> awaitShares(List<Integer> shares, KafkaConsumer<byte[], byte[]>... members) {
    Set<String> read = new HashSet<>();
    long deadline = System.currentTimeMillis() + WAIT_MS;
    while (true) {
      List<Integer> sizes = new ArrayList<>();
      Set<TopicPartition> owned = new HashSet<>();
      for (KafkaConsumer<byte[], byte[]> member : members) {
        member.poll(Duration.ofMillis(50)).forEach(record -> read.add(place(record)));
        sizes.add(member.assignment().size());
        owned.addAll(member.assignment());
      }
      Collections.sort(sizes);
      if (sizes.equals(shares) && owned.size() == shares.stream().mapToInt(Integer::intValue).sum()) return read;
      check(System.currentTimeMillis() < deadline, "the shares are " + sizes + " instead of " + shares);
    }
  }

  /** The class of regular expressions that the broker evaluates, where the client has it. */
  private static Class<?> regexSubscription() {
    try {
      return Class.forName("org.apache.kafka.clients.consumer.SubscriptionPattern");
    } catch (ClassNotFoundException olderThan40) {
      return null;
    }
  }

  /** An expression that the broker evaluates finds the topics that exist, and one that is created later. */
  private void consumerRegex() throws Exception {
    createTopic("regex-1");
    createTopic("not-regex");
    Class<?> type = regexSubscription();
    Object pattern = type.getConstructor(String.class).newInstance(prefix + "-regex-[0-9]+");
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(member(prefix + "-regex-group", CONSUMER_PROTOCOL))) {
      KafkaConsumer.class.getMethod("subscribe", type).invoke(consumer, pattern);
      awaitShares(List.of(PARTITIONS), consumer);
      createTopic("regex-2");
      awaitShares(List.of(2 * PARTITIONS), consumer);
      for (TopicPartition partition : consumer.assignment())
        check(partition.topic().startsWith(prefix + "-regex-"), "assigned " + partition);
    }
  }

  /** A static member that is away keeps its partitions, and has them again when it comes back. */
  private void consumerStatic() throws Exception {
    String topic = createTopic("static");
    Map<String, String> settings = new HashMap<>(member(prefix + "-static-group", CONSUMER_PROTOCOL));
    settings.put("group.instance.id", "a");
    KafkaConsumer<byte[], byte[]> a = consumer(settings);
    settings.put("group.instance.id", "b");
    try (KafkaConsumer<byte[], byte[]> b = consumer(settings)) {
      a.subscribe(List.of(topic));
      b.subscribe(List.of(topic));
      awaitShares(List.of(1, 2), a, b);
      Set<TopicPartition> left = a.assignment();
      Set<TopicPartition> stayed = b.assignment();
      a.close();
      for (int i = 0; i < 20; i++) b.poll(Duration.ofMillis(50));
      check(b.assignment().equals(stayed), "the partitions of the member that is away went to the other");
      settings.put("group.instance.id", "a");
      a = consumer(settings);
      a.subscribe(List.of(topic));
      awaitShares(List.of(1, 2), a, b);
      check(a.assignment().equals(left) && b.assignment().equals(stayed), "the partitions are shared out in another way");
    } finally {
      a.close();
    }
  }

  /** A group of the classic protocol becomes one of the consumer protocol while it works, and back. */
  private void consumerMigration() throws Exception {
    String topic = createTopic("migration");
    String group = prefix + "-migration-group";
    try (KafkaConsumer<byte[], byte[]> old = consumer(member(group, Map.of()))) {
      old.subscribe(List.of(topic));
      awaitShares(List.of(PARTITIONS), old);
      produce(topic, 0, RECORDS, Map.of());
      Set<String> read = new HashSet<>();
      old.poll(Duration.ofMillis(500)).forEach(record -> read.add(place(record)));
      old.commitSync();
      try (KafkaConsumer<byte[], byte[]> next = consumer(member(group, CONSUMER_PROTOCOL))) {
        next.subscribe(List.of(topic));
        read.addAll(awaitShares(List.of(1, 2), old, next));
        check(groupType(group).equals("consumer"), "the group is of type " + groupType(group));
        old.commitSync();
        next.commitSync();
      }
      read.addAll(awaitShares(List.of(PARTITIONS), old));
      check(groupType(group).equals("classic"), "the group is of type " + groupType(group));
      long deadline = System.currentTimeMillis() + WAIT_MS;
      for (long committed = 0; committed < RECORDS; ) {
        check(System.currentTimeMillis() < deadline, "committed " + committed + " of " + RECORDS);
        old.poll(Duration.ofMillis(50)).forEach(record -> read.add(place(record)));
        old.commitSync();
        committed = 0;
        for (TopicPartition partition : partitions(topic)) committed += old.position(partition);
      }
      check(read.size() == RECORDS, "read " + read.size() + " of " + RECORDS);
    }
    try (KafkaConsumer<byte[], byte[]> next = consumer(member(group, CONSUMER_PROTOCOL))) {
      next.subscribe(List.of(topic));
      awaitShares(List.of(PARTITIONS), next);
      check(next.poll(Duration.ofMillis(500)).isEmpty(), "what was committed is read again");
      check(groupType(group).equals("consumer"), "the group is of type " + groupType(group));
    }
  }

  /** As the list of groups has it, by the methods of clients that know types. */
  private String groupType(String group) throws Exception {
    try (AdminClient admin = admin()) {
      Object result = AdminClient.class.getMethod("listGroups").invoke(admin);
      Future<?> future = (Future<?>) result.getClass().getMethod("all").invoke(result);
      for (Object listing : (Collection<?>) future.get()) {
        if (!group.equals(listing.getClass().getMethod("groupId").invoke(listing))) continue;
        Object type = ((Optional<?>) listing.getClass().getMethod("type").invoke(listing)).orElseThrow();
        return type.toString().toLowerCase(Locale.ROOT);
      }
      return "none";
    }
  }

  /** Copies records with their offsets in transactions, of which every second one is aborted; then another instance takes over. */
  private void transactions() throws Exception {
    String source = createTopic("tx-in");
    String target = createTopic("tx-out");
    TopicPartition first = new TopicPartition(source, 0);
    String groupId = prefix + "-tx-group";
    produce(source, 0, RECORDS, Map.of());
    Map<String, String> settings = Map.of("group.id", groupId, "auto.offset.reset", "earliest");
    List<String> expected = new ArrayList<>();
    KafkaProducer<byte[], byte[]> producer = transactional();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings)) {
      producer.initTransactions();
      consumer.assign(List.of(first));
      for (int round = 0; round < 6; round++) {
        boolean commits = round % 2 == 0;
        producer.beginTransaction();
        for (int partition = 0; partition < PARTITIONS; partition++) {
          producer.send(new ProducerRecord<>(target, partition, null, utf8("round-" + round)));
          if (commits) expected.add(partition + ":round-" + round);
        }
        sendOffsets(producer, consumer, Map.of(first, new OffsetAndMetadata(10 + round)), groupId);
        if (!commits) producer.flush();
        if (commits) producer.commitTransaction();
        else producer.abortTransaction();
        long committed = awaitCommitted(consumer, first);
        check(committed == 10 + round - (commits ? 0 : 1), "round " + round + " left offset " + committed);
      }
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(target, 0, null, utf8("zombie"))).get();
      try (KafkaProducer<byte[], byte[]> next = transactional()) {
        next.initTransactions();
        try {
          producer.commitTransaction();
          throw new IllegalStateException("an instance that was replaced has committed");
        } catch (org.apache.kafka.common.KafkaException fenced) {
          // Named and not caught by their classes, of which 2.1 has only the first.
          String type = fenced.getClass().getSimpleName();
          check(type.equals("ProducerFencedException") || type.equals("InvalidProducerEpochException"), "not fenced: " + fenced);
        }
        next.beginTransaction();
        next.send(new ProducerRecord<>(target, 0, null, utf8("next")));
        next.commitTransaction();
        expected.add("0:next");
      }
    } finally {
      producer.close();
    }
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of("isolation.level", "read_committed"))) {
      consumer.assign(partitions(target));
      consumer.seekToBeginning(partitions(target));
      List<String> seen = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : read(consumer, expected.size()))
        seen.add(record.partition() + ":" + new String(record.value(), StandardCharsets.UTF_8));
      consumer.poll(Duration.ofMillis(300)).forEach(record -> seen.add("and " + record.offset()));
      Collections.sort(seen);
      Collections.sort(expected);
      check(seen.equals(expected), "committed " + expected + ", read " + seen);
    }
  }

  private KafkaProducer<byte[], byte[]> transactional() {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "transactional.id", prefix + "-tx");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Since 2.5 with the group's metadata, before that with its id alone; no release from 4.0 on has both. */
  private static void sendOffsets(
      KafkaProducer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, OffsetAndMetadata> offsets, String groupId)
      throws Exception {
    try {
      Object metadata = KafkaConsumer.class.getMethod("groupMetadata").invoke(consumer);
      Class<?> type = Class.forName("org.apache.kafka.clients.consumer.ConsumerGroupMetadata");
      KafkaProducer.class.getMethod("sendOffsetsToTransaction", Map.class, type).invoke(producer, offsets, metadata);
    } catch (NoSuchMethodException olderThan25) {
      KafkaProducer.class.getMethod("sendOffsetsToTransaction", Map.class, String.class).invoke(producer, offsets, groupId);
    }
  }

  /** Markers are written after the producer has its answer; clients before KIP-447 may read the offset from before them. */
  @SuppressWarnings("unchecked")
  private static long awaitCommitted(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) throws Exception {
    Thread.sleep(200);
    OffsetAndMetadata committed;
    try {
      Object all = KafkaConsumer.class.getMethod("committed", Set.class).invoke(consumer, Set.of(partition));
      committed = ((Map<TopicPartition, OffsetAndMetadata>) all).get(partition);
    } catch (NoSuchMethodException olderThan24) {
      committed = (OffsetAndMetadata) KafkaConsumer.class.getMethod("committed", TopicPartition.class).invoke(consumer, partition);
    }
    return committed == null ? -1 : committed.offset();
  }

  private String createTopic(String name) throws Exception {
    String topic = prefix + "-" + name;
    try (AdminClient admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
      awaitTopic(admin, topic);
    }
    return topic;
  }

  /** Metadata of a new topic may reach a client a moment after its creation was answered. */
  private void awaitTopic(AdminClient admin, String topic) throws Exception {
    long deadline = System.currentTimeMillis() + WAIT_MS;
    while (true) {
      try {
        int partitions = describe(admin, topic).partitions().size();
        check(partitions == PARTITIONS, "the topic has " + partitions + " partitions");
        return;
      } catch (java.util.concurrent.ExecutionException error) {
        check(System.currentTimeMillis() < deadline, String.valueOf(error.getCause()));
        Thread.sleep(50);
      }
    }
  }

  /** The method was renamed between 2.1 and 4.0, and no release has both names with one result. */
  @SuppressWarnings("unchecked")
  private static TopicDescription describe(AdminClient admin, String topic) throws Exception {
    DescribeTopicsResult result = admin.describeTopics(List.of(topic));
    Object future;
    try {
      future = DescribeTopicsResult.class.getMethod("allTopicNames").invoke(result);
    } catch (NoSuchMethodException olderThan31) {
      future = DescribeTopicsResult.class.getMethod("all").invoke(result);
    }
    return ((Future<Map<String, TopicDescription>>) future).get().get(topic);
  }

  private void produce(String topic, int from, int to, Map<String, String> settings) throws Exception {
    Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "client.id", prefix + "-producer"));
    // Without idempotence a retry of one of several requests in flight may change their order.
    if (!"true".equals(settings.get("enable.idempotence"))) all.put("max.in.flight.requests.per.connection", 1);
    all.putAll(settings);
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = from; i < to; i++) {
        var record = new ProducerRecord<>(topic, i % PARTITIONS, timestamp(i), key(i), value(i));
        record.headers().add("n", utf8("h" + i)).add("empty", new byte[0]);
        if (i % 5 == 0) record.headers().add("null", null);
        sent.add(producer.send(record));
      }
      producer.flush();
      boolean answered = !"0".equals(settings.get("acks"));
      for (int i = from; i < to; i++) {
        long offset = sent.get(i - from).get(WAIT_MS, TimeUnit.MILLISECONDS).offset();
        check(!answered || offset == i / PARTITIONS, "record " + i + " got offset " + offset);
      }
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> read(KafkaConsumer<byte[], byte[]> consumer, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long deadline = System.currentTimeMillis() + WAIT_MS;
    while (records.size() < count) {
      check(System.currentTimeMillis() < deadline, "read " + records.size() + " of " + count + " records in time");
      consumer.poll(Duration.ofMillis(200)).forEach(records::add);
    }
    return records;
  }

  /** Every record once, in the order of its partition, with the bytes it was written with. */
  private void compare(List<ConsumerRecord<byte[], byte[]>> records, int from, int to) {
    check(records.size() == to - from, "read " + records.size() + " records instead of " + (to - from));
    int[] next = new int[PARTITIONS];
    for (ConsumerRecord<byte[], byte[]> record : records) {
      int i = from + next[record.partition()]++ * PARTITIONS + record.partition();
      String name = "record " + i + " at " + record.partition() + "@" + record.offset();
      check(record.offset() == i / PARTITIONS, name + " stands at another offset");
      check(record.timestamp() == timestamp(i), name + " has timestamp " + record.timestamp());
      check(Arrays.equals(record.key(), key(i)), name + " has another key");
      check(Arrays.equals(record.value(), value(i)), name + " has another value");
      Header[] headers = record.headers().toArray();
      check(headers.length == (i % 5 == 0 ? 3 : 2), name + " has " + headers.length + " headers");
      check(headers[0].key().equals("n") && Arrays.equals(headers[0].value(), utf8("h" + i)), name + " header n");
      check(headers[1].key().equals("empty") && headers[1].value().length == 0, name + " header empty");
      check(headers.length == 2 || headers[2].key().equals("null") && headers[2].value() == null, name + " header null");
    }
  }

  private AdminClient admin() {
    return AdminClient.create(Map.of("bootstrap.servers", bootstrap, "client.id", prefix + "-admin"));
  }

  private KafkaConsumer<byte[], byte[]> consumer(Map<String, String> settings) {
    Map<String, Object> all = new HashMap<>(
        Map.of("bootstrap.servers", bootstrap, "client.id", prefix + "-consumer", "enable.auto.commit", "false", "check.crcs", "true"));
    all.putAll(settings);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(String topic) {
    List<TopicPartition> result = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) result.add(new TopicPartition(topic, partition));
    return result;
  }

  private static long timestamp(int i) {
    return BASE_TIMESTAMP + i * 10L;
  }

  private static byte[] key(int i) {
    return i % 7 == 0 ? null : utf8("key-" + i);
  }

  private static byte[] value(int i) {
    if (i % 11 == 3) return null;
    byte[] value = new byte[i * 37 % 1500];
    for (int j = 0; j < value.length; j++) value[j] = (byte) (i * 31 + j * 7 + (j >> 5));
    return value;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void check(boolean condition, String message) {
    if (!condition) throw new IllegalStateException(message);
  }
}
