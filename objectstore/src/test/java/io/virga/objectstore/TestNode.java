package io.virga.objectstore;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.desired.S3CredentialSpec;
import io.virga.dataplane.ring.InitialRing;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicies;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.Verification;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.http.HttpFront;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A whole node on a port of its own. A token is {@code role:project}; the S3 credential is {@link
 * #ACCESS_KEY} with {@link #SECRET_KEY}, a member of the project {@code p1}.
 */
public final class TestNode implements AutoCloseable {

  public static final String ACCESS_KEY = "AKIDEXAMPLEVIRGA1";
  public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  private final Node node;
  private final Transport transport;
  private final HttpFront front;

  private TestNode(Node node, Transport transport, HttpFront front) {
    this.node = node;
    this.transport = transport;
    this.front = front;
  }

  public static TestNode start(Path home, int port, DeviceOptions options) throws IOException {
    Path prefix = home.resolve("prefix");
    if (!Files.exists(prefix)) {
      Files.writeString(prefix, "0123456789abcdef0123456789abcdef");
    }
    Path rings = home.resolve("rings");
    if (!Files.exists(rings)) {
      Files.createDirectories(rings);
      for (String name : List.of("account.ring", "container.ring", "object.ring")) {
        InitialRing.ensure(rings.resolve(name), "127.0.0.1", 1, "d1");
      }
      StoragePolicies.INITIAL.write(rings.resolve(Rings.POLICIES));
    }
    NodeSettings settings =
        new NodeSettings(
            List.of(home.resolve("d1")),
            new HostPort("127.0.0.1", 1),
            rings,
            new SecretFile(prefix),
            options);
    NodeMetrics metrics = new NodeMetrics(new SimpleMeterRegistry());
    Node node =
        Node.open(
            settings,
            InstantSource.system(),
            metrics,
            (peer, request, listener) -> {
              throw new IllegalStateException("all devices are here");
            });
    Transport transport = Transport.open(TransportChoice.AUTO, 2, "test");
    Credentials credentials = new Credentials(revocations -> {});
    credentials.replace(
        List.of(new S3CredentialSpec(ACCESS_KEY, 1, SECRET_KEY, claims("member", "p1"))));
    FrontDoors doors =
        new FrontDoors(node.store(), TestNode::verify, credentials, InstantSource.system());
    HttpFront front =
        doors.listen(new InetSocketAddress("127.0.0.1", port), transport.loopResources(), metrics);
    return new TestNode(node, transport, front);
  }

  private static Verification verify(String token) {
    String[] parts = token.split(":", 2);
    return parts.length == 2
        ? new Verification.Valid(claims(parts[0], parts[1]))
        : new Verification.Malformed();
  }

  private static Claims claims(String role, String project) {
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
        Optional.empty(),
        Instant.EPOCH,
        Instant.MAX);
  }

  public int port() {
    return front.port();
  }

  @Override
  public void close() throws Exception {
    front.close();
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
