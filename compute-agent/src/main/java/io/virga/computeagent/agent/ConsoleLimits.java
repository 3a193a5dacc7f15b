package io.virga.computeagent.agent;

import io.virga.computeagent.console.ConsoleLog;
import io.virga.computeagent.domain.HostFacts;
import io.virga.computeagent.domain.InstanceNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps every console log within its limit, looking every two seconds. */
final class ConsoleLimits implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(ConsoleLimits.class);

  private final HostFacts facts;
  private final long limitBytes;
  private final ScheduledExecutorService thread;

  /**
   * Begins to look.
   *
   * @param thread one thread; ended by {@link #close}
   */
  ConsoleLimits(HostFacts facts, long limitBytes, ScheduledExecutorService thread) {
    this.facts = facts;
    this.limitBytes = limitBytes;
    this.thread = thread;
    thread.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try (Stream<Path> folders = Files.list(facts.instancesDirectory())) {
      List<String> ids =
          folders
              .map(folder -> folder.getFileName().toString())
              .filter(InstanceNames::isCanonical)
              .toList();
      for (String id : ids) {
        ConsoleLog.limit(facts.consoleLog(id), limitBytes);
      }
    } catch (IOException | RuntimeException e) {
      log.warn("cannot limit the console logs", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
