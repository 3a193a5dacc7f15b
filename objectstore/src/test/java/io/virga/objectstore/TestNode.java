package io.virga.objectstore;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.token.AccessRule;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Delegation;
import io.virga.dataplane.token.Verification;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.objectstore.audit.AuditOptions;
import io.virga.objectstore.audit.Auditor;
import io.virga.objectstore.cluster.RingTopology;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.http.server.HttpFront;
import io.virga.objectstore.log.ChannelDisk;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.peer.PeerClient;
import io.virga.objectstore.peer.PeerLink;
import io.virga.objectstore.peer.PeerSecurity;
import io.virga.objectstore.peer.PeerServer;
import io.virga.objectstore.peer.PlainLoopback;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.replicator.PassReport;
import io.virga.objectstore.replicator.Replicator;
import io.virga.objectstore.s3.VirtualHosts;
import io.virga.objectstore.store.ListingUpdater;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.swift.Callers;
import io.virga.objectstore.swift.expiry.Expirer;
import io.virga.objectstore.swift.tempauth.TempAuth;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A whole node on a port of its own. A token is {@code role:project}, or {@code role:project:METHOD
 * path,METHOD path} with access rules; the S3 credential is {@link #ACCESS_KEY} with {@link
 * #SECRET_KEY}, a member of the project {@code p1}.
 */
public final class TestNode implements AutoCloseable {

  public static final String ACCESS_KEY = "AKIDEXAMPLEVIRGA1";
  public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  /** A credential of a member of the project {@code p2}. */
  public static final String OTHER_ACCESS_KEY = "AKIDEXAMPLEVIRGA2";

  public static final String OTHER_SECRET_KEY = "another/secret+KEY";

  private static final Replicator.Options REPLICATION =
      new Replicator.Options(Duration.ofSeconds(1), 1L << 30);

  private static final Duration HEARSAY = Duration.ofSeconds(2);

  private static final AuditOptions AUDIT = new AuditOptions(1L << 30, Duration.ofDays(1));

  private final Node node;
  private final Transport transport;
  private final PeerClient client;
  private final PeerServer server;
  private final Http http;

  /** Its doors, and the plain listener before them. */
  private record Http(HttpFront front, FrontDoors doors, NodeMetrics metrics) {}

  private TestNode(
      Node node, Transport transport, PeerClient client, PeerServer server, Http http) {
    this.node = node;
    this.transport = transport;
    this.client = client;
    this.server = server;
    this.http = http;
  }

  /** A node that is a whole cluster. */
  public static TestNode start(Path home, int port, DeviceOptions options) throws IOException {
    Path rings = home.resolve("rings");
    if (!Files.exists(rings)) {
      TestRings.write(rings, 1, List.of(new RingDevice(0, 1, 1, "127.0.0.1", 1, "d1", 100)));
    }
    return start(home, rings, new HostPort("127.0.0.1", 1), port, options, link -> link);
  }

  /**
   * A node of a cluster.
   *
   * @param peers where it listens for the others; with port 1 it does not
   * @param faults what comes between it and the others
   */
  static TestNode start(
      Path home,
      Path rings,
      HostPort peers,
      int port,
      DeviceOptions options,
      UnaryOperator<PeerLink> faults)
      throws IOException {
    Path prefix = Files.createDirectories(home).resolve("prefix");
    if (!Files.exists(prefix)) {
      Files.writeString(prefix, "0123456789abcdef0123456789abcdef");
    }
    NodeSettings settings =
        new NodeSettings(
            List.of(home.resolve("d1")),
            peers,
            rings,
            new SecretFile(prefix),
            options,
            REPLICATION,
            HEARSAY,
            AUDIT);
    NodeMetrics metrics = new NodeMetrics(new SimpleMeterRegistry());
    Transport transport = Transport.open(TransportChoice.AUTO, 2, "test");
    PeerSecurity security = new PlainLoopback(peers.toString());
    PeerClient client = PeerClient.open(transport, security);
    AsyncFiles files = AsyncFiles.of(transport, 1);
    Disk disk = new ChannelDisk(files, transport.loops().next());
    Node node = Node.open(settings, InstantSource.system(), metrics, faults.apply(client), disk);
    InetSocketAddress listen =
        peers.port() == 1 ? new InetSocketAddress("127.0.0.1", 0) : peers.resolve();
    PeerServer server = PeerServer.listen(listen, security, transport, node.service());
    Credentials credentials = new Credentials(revocations -> {});
    credentials.replace(
        List.of(
            new S3CredentialSpec(ACCESS_KEY, 1, SECRET_KEY, claims("member", "p1")),
            new S3CredentialSpec(OTHER_ACCESS_KEY, 1, OTHER_SECRET_KEY, claims("member", "p2"))));
    FrontDoors doors =
        new FrontDoors(
            node.store(),
            new Callers(TestNode::verify, tempAuth(home)),
            credentials,
            InstantSource.system(),
            new VirtualHosts(List.of("s3.test")),
            node::policies);
    HttpFront front = doors.listen(new InetSocketAddress("127.0.0.1", port), transport, metrics);
    return new TestNode(node, transport, client, server, new Http(front, doors, metrics));
  }

  /** What a pass of the replicator over this node's device comes to. */
  PassReport replicate() {
    return node.replicators().getFirst().pass();
  }

  /** Whether the object is on this node's device; empty if the device knows nothing of it. */
  Optional<Boolean> holds(ObjectPath path) {
    return holds(0, path);
  }

  /** Whether the object is on this node's device with a storage policy. */
  Optional<Boolean> holds(int policy, ObjectPath path) {
    return device().index().object(policy, path).map(row -> !row.deleted());
  }

  /** How many objects are on this node's device. */
  long objects() {
    AtomicLong count = new AtomicLong();
    device().index().forEachObject(row -> count.addAndGet(row.deleted() ? 0 : 1));
    return count.get();
  }

  void reloadRings() {
    node.reloadRings();
  }

  Health integrity() {
    return node.integrity();
  }

  RingTopology topology() {
    return node.topology();
  }

  /** What the operator's pass of a name comes to. */
  Object pass(String name) throws Exception {
    return Objects.requireNonNull(Passes.of(node).get(name)).run();
  }

  Auditor auditor() {
    return node.auditors().getFirst();
  }

  ListingUpdater updater() {
    return node.updaters().getFirst();
  }

  Device device() {
    return node.devices().getFirst();
  }

  /** The users of the file {@code users} in the home, if there is one. */
  private static Optional<TempAuth> tempAuth(Path home) throws IOException {
    Path users = home.resolve("users");
    return Files.exists(users)
        ? Optional.of(TempAuth.open(new SecretFile(users), InstantSource.system()))
        : Optional.empty();
  }

  /** Deletes what has expired. Blocks. */
  long expire() {
    try (Expirer expirer = new Expirer(node.store(), InstantSource.system())) {
      return expirer.run();
    }
  }

  private static Verification verify(String token) {
    String[] parts = token.split(":", 3);
    return switch (parts.length) {
      case 2 -> new Verification.Valid(claims(parts[0], parts[1]));
      case 3 -> new Verification.Valid(claims(parts[0], parts[1], Optional.of(lent(parts[2]))));
      default -> new Verification.Malformed();
    };
  }

  private static Delegation lent(String rules) {
    return new Delegation.ApplicationCredential(
        "ac", false, Stream.of(rules.split(",", -1)).map(TestNode::rule).toList());
  }

  private static AccessRule rule(String text) {
    int space = text.indexOf(' ');
    return new AccessRule("object-store", text.substring(0, space), text.substring(space + 1));
  }

  private static Claims claims(String role, String project) {
    return claims(role, project, Optional.empty());
  }

  private static Claims claims(String role, String project, Optional<Delegation> delegation) {
    Claims.Named domain = new Claims.Named("default", "Default");
    return new Claims(
        "t1",
        "k1",
        new Claims.Named("u1", "user"),
        domain,
        Optional.of(
            new Claims.Scope(Claims.ScopeType.PROJECT, new Claims.Named(project, project), domain)),
        List.of(role),
        List.of("password"),
        delegation,
        Instant.EPOCH,
        Instant.MAX);
  }

  public int port() {
    return http.front().port();
  }

  /** Listens with TLS too, as the settings say. */
  HttpFront listenTls(Settings settings) {
    TlsFront tls = TlsFront.read(settings).orElseThrow();
    return http.doors().listenTls(tls, transport, http.metrics());
  }

  public ObjectStore store() {
    return node.store();
  }

  @Override
  public void close() throws Exception {
    http.front().close();
    server.close();
    client.close();
    node.close();
    transport.close();
  }

  /** Serves a directory for trying things out: {@code TestNode <directory> <port>}. */
  public static void main(String[] arguments) throws Exception {
    TestNode node =
        start(
            Files.createDirectories(Path.of(arguments[0])),
            Integer.parseInt(arguments[1]),
            DeviceOptions.defaults());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    node.close();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }));
    Thread.currentThread().join();
  }
}
