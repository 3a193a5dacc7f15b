package io.virga.objectstore;

import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.process.Service;
import io.virga.dataplane.process.ServiceContext;
import io.virga.dataplane.token.TokenVerifier;
import io.virga.dataplane.watch.ControlEndpoint;
import io.virga.dataplane.watch.WatchClient;
import io.virga.objectstore.log.ChannelDisk;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.peer.PeerClient;
import io.virga.objectstore.peer.PeerSecurity;
import io.virga.objectstore.peer.PeerServer;
import io.virga.objectstore.s3.VirtualHosts;
import io.virga.objectstore.swift.Callers;
import io.virga.objectstore.swift.expiry.Expirer;
import io.virga.objectstore.swift.tempauth.TempAuth;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The object store's process. */
public final class Main {

  private Main() {}

  /** Runs with one argument, the settings file. */
  public static void main(String[] arguments) {
    Service.run("objectstore", arguments, Main::start);
  }

  private static void start(ServiceContext context) throws Exception {
    NodeSettings settings = NodeSettings.read(context.settings());
    Listeners listeners = Listeners.read(context);
    VirtualHosts hosts = virtualHosts(context.settings());
    Path keys = context.settings().path("virga.token.public-keys");
    ControlEndpoint control =
        ControlEndpoint.load(context.settings(), context.identity(), context.transport());
    InstantSource clock = InstantSource.system();
    Optional<TempAuth> tempAuth = tempAuth(context.settings(), clock);
    NodeMetrics metrics = new NodeMetrics(context.metrics().registry());
    TokenVerifier verifier = TokenVerifier.open(keys, clock);
    Credentials credentials = new Credentials(verifier::revocations);
    PeerSecurity security = PeerSecurity.mutualTls(context.identity());
    PeerClient peers = context.start("peers", () -> PeerClient.open(context.transport(), security));
    AsyncFiles files =
        context.start(
            "files", () -> AsyncFiles.of(context.transport(), settings.options().ioThreads()));
    Disk disk = new ChannelDisk(files, context.transport().loops().next());
    Node node = context.start("devices", () -> Node.open(settings, clock, metrics, peers, disk));
    context.start(
        "peer listener",
        () ->
            PeerServer.listen(
                settings.node().resolve(), security, context.transport(), node.service()));
    context.health("devices", node::health);
    context.health("replication", node::replication);
    context.health("integrity", node::integrity);
    Passes.of(node).forEach(context::task);
    WatchClient watch =
        context.start(
            "watch", () -> WatchClient.start(control, context.stateDirectory(), credentials));
    context.health("control", watch::health);
    Callers callers = new Callers(verifier::verify, tempAuth);
    FrontDoors doors =
        new FrontDoors(node.store(), callers, credentials, clock, hosts, node::policies);
    context.start("expirer", () -> new Expirer(node.store(), clock).start());
    listeners.open(context, doors, metrics);
  }

  /** Where both APIs are served. */
  private record Listeners(HostPort plain, Optional<TlsFront> tls, Optional<TlsFront> ofHosts) {

    static Listeners read(ServiceContext context) {
      return new Listeners(
          context.settings().hostPort("virga.objectstore.listen"),
          TlsFront.read(context.settings()),
          TlsFront.ofHosts(context.settings(), context.identity()));
    }

    void open(ServiceContext context, FrontDoors doors, NodeMetrics metrics) throws Exception {
      context.start("listener", () -> doors.listen(plain.resolve(), context.transport(), metrics));
      if (tls.isPresent()) {
        context.start(
            "TLS listener", () -> doors.listenTls(tls.get(), context.transport(), metrics));
      }
      if (ofHosts.isPresent()) {
        context.start(
            "hosts' listener", () -> doors.listenTls(ofHosts.get(), context.transport(), metrics));
      }
      String where = plain + tls.map(t -> ", with TLS on " + t.listen()).orElse("");
      context.health("listener", () -> Health.up("on " + where));
    }
  }

  /** The users of {@code /auth/v1.0}; none without the setting. */
  private static Optional<TempAuth> tempAuth(Settings settings, InstantSource clock)
      throws IOException {
    Optional<SecretFile> users = settings.optionalSecretFile("virga.objectstore.auth-v1-file");
    return users.isPresent() ? Optional.of(TempAuth.open(users.get(), clock)) : Optional.empty();
  }

  /** The domains under which hosts are buckets; none without the setting. */
  private static VirtualHosts virtualHosts(Settings settings) {
    String text = settings.text("virga.objectstore.s3-domain", "");
    List<String> domains =
        Arrays.stream(text.split(",", -1))
            .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
            .filter(domain -> !domain.isEmpty())
            .toList();
    return new VirtualHosts(domains);
  }
}
