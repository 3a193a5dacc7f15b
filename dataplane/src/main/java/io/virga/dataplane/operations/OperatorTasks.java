package io.virga.dataplane.operations;

import io.virga.dataplane.configuration.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of a process, each of which runs at most once at a time, and the questions that it
 * answers. Whoever asks shows that he may read a file that only the process' owner can.
 * Thread-safe; all but registering may block.
 */
public final class OperatorTasks {

  private static final Logger log = LoggerFactory.getLogger(OperatorTasks.class);
  private static final String SCHEME = "Bearer ";

  private final Optional<SecretFile> token;
  private final Map<String, Running> tasks = new ConcurrentHashMap<>();
  private final Map<String, OperatorQuestion> questions = new ConcurrentHashMap<>();

  /**
   * @param token without it nobody is let in
   */
  public OperatorTasks(Optional<SecretFile> token) {
    this.token = token;
  }

  /**
   * How a task is.
   *
   * @param runs how often it has ended since the process began
   * @param failure why the last run failed, empty if it did not
   * @param result what came of the last run that did not fail; empty before
   * @param progress what the task says of itself
   */
  public record Report(
      boolean running, long runs, String failure, Optional<Object> result, Object progress) {}

  /** What became of a start. */
  public enum Start {
    STARTED,
    RUNS_ALREADY,
    UNKNOWN
  }

  /** Shown, and started when an operator asks, from now on. */
  public void register(String name, OperatorTask task) {
    tasks.put(name, new Running(name, task));
  }

  /** Answered when an operator asks, from now on. */
  public void register(String name, OperatorQuestion question) {
    questions.put(name, question);
  }

  /** The question with the name. */
  Optional<OperatorQuestion> question(String name) {
    return Optional.ofNullable(questions.get(name));
  }

  /** Whether a value of the header {@code Authorization} shows that somebody may ask. */
  boolean admits(String authorization) {
    try {
      return token.isPresent()
          && authorization.startsWith(SCHEME)
          && MessageDigest.isEqual(
              authorization.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8),
              token.get().read().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      log.warn("the token of operators cannot be read", e);
      return false;
    }
  }

  Start start(String name) {
    Running task = tasks.get(name);
    if (task == null) {
      return Start.UNKNOWN;
    }
    return task.start() ? Start.STARTED : Start.RUNS_ALREADY;
  }

  Map<String, Report> reports() {
    Map<String, Report> reports = new TreeMap<>();
    tasks.forEach((name, task) -> reports.put(name, task.report()));
    return reports;
  }

  private static final class Running {
    private final String name;
    private final OperatorTask task;
    private boolean running;
    private long runs;
    private String failure = "";
    private Optional<Object> result = Optional.empty();

    Running(String name, OperatorTask task) {
      this.name = name;
      this.task = task;
    }

    synchronized boolean start() {
      if (running) {
        return false;
      }
      running = true;
      Thread.ofPlatform().name("task-" + name).daemon().start(this::run);
      return true;
    }

    private void run() {
      try {
        log.info("an operator has {} done", name);
        end(Optional.of(task.run()), "");
      } catch (Exception e) {
        log.warn("{} failed", name, e);
        end(Optional.empty(), e.toString());
      }
    }

    private synchronized void end(Optional<Object> outcome, String why) {
      running = false;
      runs++;
      failure = why;
      result = outcome;
    }

    Report report() {
      Object progress = task.status();
      synchronized (this) {
        return new Report(running, runs, failure, result, progress);
      }
    }
  }
}
