package io.virga.benchmarks.soak;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.Shell;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * That every object has its full number of good copies, as {@code ./virga object check} says once
 * the cloud has had the time to bring that about.
 */
public final class ObjectProof {

  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final int MOST_LINES = 40;
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  private final Cloud cloud;

  public ObjectProof(Cloud cloud) {
    this.cloud = cloud;
  }

  /**
   * Has all bytes read, what is damaged mended and all replicas brought to the same, and proves it.
   *
   * @param progress takes what the check says of each node
   * @throws IllegalStateException if it does not become so
   */
  public void run(Consumer<String> progress) {
    cloud.object("audit").orFail();
    String[] said = {""};
    try {
      Patience.await(
          "every replica to have everything",
          LIMIT,
          LOOK_INTERVAL,
          () -> {
            cloud.object("replicate");
            Shell.Result check = cloud.object("check");
            said[0] = check.out() + check.err();
            return Optional.of(check).filter(result -> result.exitCode() == 0);
          });
    } finally {
      said[0].lines().limit(MOST_LINES).forEach(progress);
    }
  }
}
