package io.virga.objectstore.replicator;

import io.virga.objectstore.cluster.RingTopology;
import io.virga.objectstore.replica.LocalReplica;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes over a device for ever: at once after the start and after a change of the rings, soon
 * again while something is missing, else from time to time.
 */
public final class Replicator implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Replicator.class);
  private static final Duration SOON = Duration.ofSeconds(2);

  private final LocalReplica own;
  private final RingTopology topology;
  private final Options options;
  private final Shipper shipper;
  private final BlockingQueue<Boolean> wakes = new ArrayBlockingQueue<>(1);
  private final Thread thread;
  private volatile PassReport last = new PassReport(0, 0, 0, 0, 0, 0);
  private volatile boolean closed;

  /**
   * How replication is done.
   *
   * @param pause between passes when nothing is missing
   * @param bytesPerSecond the most that is moved
   */
  public record Options(Duration pause, long bytesPerSecond) {}

  /** Starts. */
  public Replicator(LocalReplica own, RingTopology topology, Options options) {
    this.own = own;
    this.topology = topology;
    this.options = options;
    this.shipper = new Shipper(new Throttle(options.bytesPerSecond()));
    this.thread =
        Thread.ofPlatform().name("object-replicator-" + own.name()).daemon().start(this::run);
  }

  /** The rings have changed. */
  public void ringsChanged() {
    wakes.offer(true);
  }

  /** What the last pass came to. */
  public PassReport last() {
    return last;
  }

  private void run() {
    boolean soon = true;
    try {
      while (!closed) {
        soon = !pass().isAllTheSame();
        Duration pause = soon && SOON.compareTo(options.pause()) < 0 ? SOON : options.pause();
        wakes.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      LOG.debug("the replicator of {} ends", own.name());
    }
  }

  /** One pass, now. Blocks. */
  public synchronized PassReport pass() {
    try {
      last = new Pass(own, own.device().index(), topology, shipper).run();
    } catch (RuntimeException e) {
      LOG.warn("a pass of the replicator of {} failed", own.name(), e);
      last = new PassReport(0, 0, 0, 0, 1, last.incomplete());
    }
    return last;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(5000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
