package io.virga.benchmarks.volume;

import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How a client reaches a volume: NBD over a unix socket or TCP, or iSCSI over TCP. */
public enum Way {
  UNIX("unix", "nbdinfo", "--size"),
  TCP("TCP", "nbdinfo", "--size"),
  ISCSI("iSCSI", "iscsi-readcapacity16", "-s");

  /** Both ways of NBD. */
  public static final Set<Way> NBD = Set.of(UNIX, TCP);

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

  private final String label;
  private final List<String> asking;

  Way(String label, String... asking) {
    this.label = label;
    this.asking = List.of(asking);
  }

  /** As it is called in tables. */
  public String label() {
    return label;
  }

  /**
   * Waits until a volume answers.
   *
   * @param checkAlive throws if it never will
   */
  void awaitAnswer(String uri, Runnable checkAlive) {
    Shell shell = new Shell(Map.of(), Path.of("/"));
    String[] command = {asking.get(0), asking.get(1), uri};
    Patience.await(
        uri + " to answer",
        START_LIMIT,
        LOOK_INTERVAL,
        () -> {
          checkAlive.run();
          return Optional.of(uri).filter(answering -> shell.attempt(command).exitCode() == 0);
        });
  }
}
