import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** One node of OpenSearch in this process: writes its HTTP address to FOLDER/ready, and ends when its standard input does. */
public final class OpenSearchNode extends Node {
  private OpenSearchNode(Environment environment) {
    super(environment, List.of(Netty4Plugin.class), false);
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Settings settings =
        Settings.builder()
            .put("path.home", folder.toString())
            .put("node.name", "oracle")
            .put("discovery.type", "single-node")
            .put("transport.type", "netty4")
            .put("http.type", "netty4")
            .put("network.host", "127.0.0.1")
            .put("http.port", "21200-21399")
            .put("transport.port", "21400-21599")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "oracle");
    try (Node node = new OpenSearchNode(environment).start()) {
      String address =
          node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().toString();
      Path written = Files.writeString(folder.resolve("ready.new"), address);
      Files.move(written, folder.resolve("ready"));
      while (System.in.read() >= 0) {}
    }
    System.exit(0);
  }
}
