import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.*;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Kafka's command line tools one after another in this process, because a Java machine of its own takes most of a second
 * for each. Reads one JSON object per line and answers with one: {"tool":class,"args":[…],"input":…} gives {"code":…,"text":…},
 * where the text is everything that the tool printed. Members of groups and open transactions, which tools are to find, are
 * held between the lines: {"hold":"member"|"transaction","name":…,"broker":…,…} and {"release":name}.
 */
public final class ToolServer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PrintStream ANSWERS = System.out;
  private static final Map<String, AutoCloseable> HELD = new HashMap<>();
  private static final Queue<Runnable> HOOKS = new ConcurrentLinkedQueue<>();

  /** What the tool that runs has printed, the length of that when it ended, and its code; later ends are of its catches. */
  private static ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private static int lengthAtEnd = -1;
  private static int codeAtEnd;

  /** Thrown where a tool ends its process. It is no exception, so that a tool's catch of those leaves it alone. */
  private static final class Ended extends Error {}

  public static void main(String[] args) throws Exception {
    Exit.Procedure end = (code, message) -> {
      if (lengthAtEnd == -1) {
        if (message != null) System.err.println(message);
        codeAtEnd = code;
        lengthAtEnd = printed.size();
      }
      throw new Ended();
    };
    Exit.setExitProcedure(end);
    Exit.setHaltProcedure(end);
    Exit.setShutdownHookAdder((name, hook) -> HOOKS.add(hook));
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode request = JSON.readTree(line);
      capture();
      int code = run(request);
      int length = lengthAtEnd == -1 ? printed.size() : lengthAtEnd;
      String text = new String(printed.toByteArray(), 0, length, StandardCharsets.UTF_8);
      capture();
      for (Runnable hook = HOOKS.poll(); hook != null; hook = HOOKS.poll()) hook.run();
      text += printed.toString(StandardCharsets.UTF_8);
      ANSWERS.println(JSON.writeValueAsString(Map.of("code", code, "text", text)));
      ANSWERS.flush();
    }
    System.exit(0);
  }

  private static void capture() {
    lengthAtEnd = -1;
    printed = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
  }

  private static int run(JsonNode request) {
    try {
      if (request.has("tool")) return runTool(request);
      if (request.has("release")) {
        HELD.remove(request.get("release").asText()).close();
      } else if (request.get("hold").asText().equals("member")) {
        HELD.put(request.get("name").asText(), new Member(request));
      } else {
        HELD.put(request.get("name").asText(), transaction(request));
      }
      return 0;
    } catch (Throwable error) {
      error.printStackTrace();
      return 70;
    }
  }

  private static int runTool(JsonNode request) throws Exception {
    System.setIn(new ByteArrayInputStream(request.get("input").asText().getBytes(StandardCharsets.UTF_8)));
    String[] args = JSON.convertValue(request.get("args"), String[].class);
    try {
      Class.forName(request.get("tool").asText()).getMethod("main", String[].class).invoke(null, (Object) args);
      return lengthAtEnd == -1 ? 0 : codeAtEnd;
    } catch (InvocationTargetException error) {
      if (lengthAtEnd != -1) return codeAtEnd;
      error.getCause().printStackTrace();
      return 1;
    }
  }

  /** A member of a group that polls until it is released; it is there once it has partitions. */
  private static final class Member implements AutoCloseable {
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread thread;

    Member(JsonNode request) throws InterruptedException {
      Map<String, Object> settings = new HashMap<>(Map.of(
          "bootstrap.servers", request.get("broker").asText(),
          "group.id", request.get("group").asText(),
          "client.id", request.get("name").asText(),
          "group.protocol", request.get("protocol").asText(),
          "auto.offset.reset", "earliest",
          "enable.auto.commit", "false"));
      if (request.has("instance")) settings.put("group.instance.id", request.get("instance").asText());
      Deserializer<byte[]> bytes = new ByteArrayDeserializer();
      AtomicBoolean assigned = new AtomicBoolean();
      thread = new Thread(() -> {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
          consumer.subscribe(List.of(request.get("topic").asText()));
          while (!stopping.get()) {
            consumer.poll(Duration.ofMillis(50));
            if (!consumer.assignment().isEmpty()) assigned.set(true);
          }
        }
      });
      thread.start();
      for (int i = 0; i < 600 && !assigned.get(); i++) Thread.sleep(50);
      if (!assigned.get()) throw new IllegalStateException("the member got no partitions");
    }

    @Override
    public void close() throws InterruptedException {
      stopping.set(true);
      thread.join();
    }
  }

  /** A transaction with one record in it; releasing it aborts. */
  private static AutoCloseable transaction(JsonNode request) throws Exception {
    Map<String, Object> settings = Map.of(
        "bootstrap.servers", request.get("broker").asText(), "transactional.id", request.get("name").asText());
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(request.get("topic").asText(), 0, null, "open".getBytes(StandardCharsets.UTF_8)))
        .get(30, TimeUnit.SECONDS);
    return () -> producer.close(Duration.ZERO);
  }
}
