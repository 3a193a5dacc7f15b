package io.virga.benchmarks.objectbench;

import io.netty.buffer.ByteBuf;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadPlan;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.Sequence;
import io.virga.benchmarks.load.Workload;
import io.virga.benchmarks.store.StoreServer;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * PUTs and then GETs, in rounds until the store becomes no faster: what is measured afterwards is
 * what it does for days, not what it does in its first minute. The same for each store.
 */
final class WarmUp {

  private static final double ROUND_SECONDS = 2;

  /** A round that gains less than this over the best before it has gained nothing. */
  private static final double GAIN = 1.03;

  private static final int ROUNDS_WITHOUT_GAIN = 3;

  private final StoreServer server;
  private final LoadGenerator load;
  private final Effort effort;
  private final RandomGenerator random;

  WarmUp(StoreServer server, LoadGenerator load, Effort effort, RandomGenerator random) {
    this.server = server;
    this.load = load;
    this.effort = effort;
    this.random = random;
  }

  void run(int bytes, int connections) {
    String container = "warm" + bytes;
    server.makeContainer(load, container);
    ByteBuf body = Bodies.random(bytes);
    Sequence puts = new Sequence(server.dialect().put(container, body), 0, mostObjects(bytes));
    untilSteady(puts, connections);
    body.release();
    untilSteady(
        Workload.random(server.dialect().get(container), puts.position(), random), connections);
  }

  /** Small objects as many as the time allows; of large ones no more than the disk has room for. */
  private long mostObjects(int bytes) {
    return bytes < Cell.MIB ? Long.MAX_VALUE : effort.bytesPerField() / bytes;
  }

  private void untilSteady(Workload workload, int connections) {
    Duration left = effort.longestWarmUp();
    double best = 0;
    int withoutGain = 0;
    while (withoutGain < ROUNDS_WITHOUT_GAIN && left.isPositive()) {
      LoadResult round =
          load.run(server.address(), connections, workload, LoadPlan.seconds(0, ROUND_SECONDS));
      withoutGain = round.perSecond() < best * GAIN ? withoutGain + 1 : 0;
      best = Math.max(best, round.perSecond());
      left = left.minusMillis(Math.round(ROUND_SECONDS * 1000));
    }
  }
}
