package io.virga.benchmarks.own;

import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.host.ServerProcess;
import io.virga.control.operator.home.Service;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.IscsiAccess;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.storage.PrivateFile;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.StandInControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Our block store alone, with a stand-in for control that says what volumes there shall be. It
 * listens for NBD and for iSCSI; who opens an export over iSCSI is asked for the account of {@link
 * #iscsiAccount}.
 */
public final class OwnBlockStore implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(5);
  private static final String ISCSI_USER = "bench";
  private static final int SECRET_BYTES = 12;

  private final OwnProcess own;
  private final Map<String, String> environment;
  private final StandInControl control;
  private final int iscsiPort = ServerProcess.freePort();
  private final String iscsiSecret = secret();
  private Optional<ServerProcess> process = Optional.empty();

  /**
   * Prepares one; it does not run yet.
   *
   * @param root the checkout; it is built
   * @param directory an empty one, or that of an earlier block store
   * @param settings of the environment, {@code VIRGA_BLOCKSTORE_…}
   */
  public OwnBlockStore(Path root, Path directory, Map<String, String> settings) {
    own = OwnProcess.in(root, directory);
    environment = new HashMap<>(settings);
    environment.put("VIRGA_BLOCKSTORE_ISCSI_LISTEN", "127.0.0.1:" + iscsiPort);
    environment.put("VIRGA_BLOCKSTORE_ISCSI_CHAP_USER", ISCSI_USER);
    environment.put("VIRGA_BLOCKSTORE_ISCSI_CHAP_SECRET_FILE", secretFile(directory).toString());
    Path pki = own.home().pki();
    control =
        new StandInControl(
            ProcessIdentity.load(
                pki.resolve("ca.crt"), pki.resolve("control.crt"), pki.resolve("control.key")),
            new InetSocketAddress("127.0.0.1", own.ports().agents()));
  }

  private static String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private Path secretFile(Path directory) {
    Path file = directory.resolve("iscsi.secret");
    try {
      PrivateFile.replace(file, iscsiSecret.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Starts it, on whatever an earlier start has left. */
  public void start() {
    process = Optional.of(own.start(Service.BLOCKSTORE, environment));
  }

  /** Ends it at once (SIGKILL). */
  public void kill() {
    process.ifPresent(ServerProcess::kill);
    process.ifPresent(ServerProcess::close);
    process = Optional.empty();
  }

  /** Its process while it runs. */
  public List<ProcessHandle> processes() {
    return process.stream().flatMap(ServerProcess::processes).toList();
  }

  /** Throws with what it had to say if it has ended by itself. */
  public void checkAlive() {
    process.ifPresent(ServerProcess::checkAlive);
  }

  /** Where the NBD clients of this host connect. */
  public Path socket() {
    return own.home().run().resolve("nbd.sock");
  }

  /** Where the NBD clients of the network connect. */
  public int port() {
    return own.ports().blockstore();
  }

  /** The disk that an export is over iSCSI. */
  public String iscsiUrl(String export) {
    return "iscsi://127.0.0.1:" + iscsiPort + "/" + IscsiAccess.target(export) + "/0";
  }

  /** What tells libiscsi, in its environment, how to log in. */
  public Map<String, String> iscsiAccount() {
    return Map.of("LIBISCSI_CHAP_USERNAME", ISCSI_USER, "LIBISCSI_CHAP_PASSWORD", iscsiSecret);
  }

  /** Says how a thing shall be. */
  public void say(DesiredState thing) {
    control.say(thing);
  }

  /** Speaks of a thing no more. */
  public void forget(DesiredState thing) {
    control.forget(thing);
  }

  /** Says how a thing shall be, and waits until that is so. */
  public void bringAbout(DesiredState thing, ObservedState.Status status) {
    say(thing);
    await(thing, status);
  }

  /** Waits until a thing is as was said. */
  public void await(DesiredState thing, ObservedState.Status status) {
    checkAlive();
    String kind = Kind.of(thing.getClass()).wireName();
    Patience.await(
        kind + " " + thing.id() + " to be " + status,
        LIMIT,
        LOOK_INTERVAL,
        () ->
            control
                .observed(kind, thing.id())
                .filter(state -> state.generation() >= thing.generation())
                .filter(state -> state.status() == status));
  }

  @Override
  public void close() {
    process.ifPresent(ServerProcess::close);
    control.close();
  }
}
