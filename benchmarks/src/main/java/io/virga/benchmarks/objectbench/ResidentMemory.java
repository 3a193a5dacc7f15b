package io.virga.benchmarks.objectbench;

import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.store.StoreServer;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at a server's memory five times a second, and keeps the most that it saw. */
public final class ResidentMemory implements AutoCloseable {

  private static final long INTERVAL_MILLIS = 200;

  private final StoreServer server;
  private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
  private double mostMebibytes;

  public ResidentMemory(StoreServer server) {
    this.server = server;
    looking.scheduleAtFixedRate(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void look() {
    mostMebibytes =
        Math.max(mostMebibytes, ProcessFigures.of(server.processes()).residentMebibytes());
  }

  /** The most since this was made. */
  public synchronized double mostMebibytes() {
    look();
    return mostMebibytes;
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }
}
