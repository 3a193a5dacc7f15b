package io.virga.control.operator.supervise;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How one process is run.
 *
 * @param name of its pid file, log and line in the status
 */
public record Plan(String name, Start start, Probe probe, Order order, Stop stop) {

  /**
   * How it is started.
   *
   * @param prepare what must be done before each start; may block, may throw; on its own thread
   * @param command asked for anew at each start, after {@code prepare}
   * @param environment in addition to the supervisor's own
   */
  public record Start(
      Runnable prepare, Supplier<List<String>> command, Map<String, String> environment) {

    public Start {
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Its place among the others.
   *
   * @param after those that must serve before this one is started, and that stop after it
   * @param stopsBefore more that stop after it
   */
  public record Order(List<String> after, List<String> stopsBefore) {

    public static final Order ANY = new Order(List.of(), List.of());

    public Order {
      after = List.copyOf(after);
      stopsBefore = List.copyOf(stopsBefore);
    }
  }

  /**
   * How it is stopped.
   *
   * @param signal what asks it to end: {@code TERM} or {@code INT}
   * @param timeout after which it is killed
   * @param afterwards what is done once it has ended in an orderly stop; may block
   */
  public record Stop(String signal, Duration timeout, Runnable afterwards) {

    public static Stop within(Duration timeout) {
      return new Stop("TERM", timeout, () -> {});
    }
  }

  /** Whether {@code other} has to run for as long as this one does. */
  boolean outlivedBy(Plan other) {
    return order.after().contains(other.name()) || order.stopsBefore().contains(other.name());
  }
}
