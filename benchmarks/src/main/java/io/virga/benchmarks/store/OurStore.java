package io.virga.benchmarks.store;

import io.virga.benchmarks.host.ServerProcess;
import io.virga.benchmarks.own.OwnProcess;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.pki.SigningKeys;
import io.virga.control.operator.ring.RingDirectory;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.TokenSigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Our object store alone: the process {@code io.virga.objectstore.Main} with the settings, keys and
 * flags that {@code ./virga up} gives it, in a home without the other processes. Tokens are signed
 * with the home's own key, since control, which signs them otherwise, is not there.
 */
public final class OurStore implements StoreKind {

  private static final String PROJECT = "5a1e0f7b2c3d4e5f8091a2b3c4d5e6f7";
  private static final Duration TOKEN_LIFE = Duration.ofDays(2);

  private final Path root;
  private final int replicas;

  /** One device with the only copy. */
  public OurStore(Path root) {
    this(root, 1);
  }

  /**
   * @param root the checkout; it is built
   * @param replicas each on a device of its own, all in the one process
   */
  public OurStore(Path root, int replicas) {
    this.root = root;
    this.replicas = replicas;
  }

  @Override
  public String name() {
    return replicas == 1 ? "virga" : "virga ×" + replicas;
  }

  @Override
  public String durability() {
    return replicas == 1
        ? "synced to the device"
        : "synced to most of %d devices".formatted(replicas);
  }

  @Override
  public int replicas() {
    return replicas;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  /** Starts it on a directory that is empty, or that an earlier start has left. */
  @Override
  public StoreServer start(Path directory) {
    OwnProcess own = OwnProcess.in(root, directory);
    Home home = own.home();
    if (own.isFresh() && replicas > 1) {
      spread(new RingDirectory(home.rings()));
    }
    Ports ports = own.ports();
    ServerProcess process = own.start(Service.OBJECTSTORE, environment(home));
    String host = "127.0.0.1:" + ports.objectstore();
    String account = "/v1/AUTH_" + PROJECT;
    String token = token(home);
    RunningServer.firstAnswer(
        process, URI.create("http://" + host + account), Map.of("X-Auth-Token", token));
    return new RunningServer(
        new InetSocketAddress("127.0.0.1", ports.objectstore()),
        Dialect.swift(account, host, token),
        List.of(process),
        Containers.THROUGH_API);
  }

  /** More devices on the node of the first, and as many replicas. */
  private void spread(RingDirectory rings) {
    try {
      for (String ring : rings.names()) {
        rings.change(
            ring,
            builder -> {
              RingDevice first = builder.devices().getFirst();
              for (int number = 2; number <= replicas; number++) {
                builder.add(1, 1, first.host(), first.port(), device(number), first.weight());
              }
              return builder.setReplicas(replicas).rebalance(Instant.now());
            });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String device(int number) {
    return "d" + number;
  }

  private Map<String, String> environment(Home home) {
    return Map.of(
        "VIRGA_OBJECTSTORE_DEVICES",
        IntStream.rangeClosed(1, replicas)
            .mapToObj(
                number -> home.data().resolve("objectstore").resolve(device(number)).toString())
            .collect(Collectors.joining(",")));
  }

  private static String token(Home home) {
    try {
      TokenSigner signer = TokenSigner.load(SigningKeys.signingKeyFile(home.keys()));
      Claims.Named domain = new Claims.Named("default", "Default");
      Claims.Named project = new Claims.Named(PROJECT, "bench");
      Instant now = Instant.now();
      return signer.sign(
          new Claims(
              "bench",
              signer.keyId(),
              new Claims.Named("bench", "bench"),
              domain,
              Optional.of(new Claims.Scope(Claims.ScopeType.PROJECT, project, domain)),
              List.of("member"),
              List.of("password"),
              Optional.empty(),
              now,
              now.plus(TOKEN_LIFE)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
