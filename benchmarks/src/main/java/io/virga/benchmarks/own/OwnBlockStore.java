package io.virga.benchmarks.own;

import io.virga.benchmarks.host.ServerProcess;
import io.virga.control.operator.home.Service;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.watch.ObservedState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Our block store alone, with a stand-in for control that says what volumes there shall be. */
public final class OwnBlockStore implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final OwnProcess own;
  private final Map<String, String> environment;
  private final StandInControl control;
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
    environment = Map.copyOf(settings);
    Path pki = own.home().pki();
    control =
        new StandInControl(
            ProcessIdentity.load(
                pki.resolve("ca.crt"), pki.resolve("control.crt"), pki.resolve("control.key")),
            own.ports().agents());
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

  /** Says how a thing shall be. */
  public void say(Kind kind, DesiredState thing) {
    control.say(kind, thing);
  }

  /** Speaks of a thing no more. */
  public void forget(Kind kind, DesiredState thing) {
    control.forget(kind, thing.id());
  }

  /** Says how a thing shall be, and waits until that is so. */
  public void bringAbout(Kind kind, DesiredState thing, ObservedState.Status status) {
    say(kind, thing);
    await(kind, thing, status);
  }

  /** Waits until a thing is as was said. */
  public void await(Kind kind, DesiredState thing, ObservedState.Status status) {
    checkAlive();
    control.await(kind, thing, status, LIMIT);
  }

  @Override
  public void close() {
    process.ifPresent(ServerProcess::close);
    control.close();
  }
}
