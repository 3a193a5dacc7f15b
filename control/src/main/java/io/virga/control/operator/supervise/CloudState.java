package io.virga.control.operator.supervise;

import java.util.List;
import java.util.Map;

/**
 * What the supervisor writes down for others to read.
 *
 * @param supervisor its process id
 * @param started when it started, in milliseconds since 1970
 * @param off the processes that are not run here, each with the reason
 */
public record CloudState(
    long supervisor, long started, List<ChildStatus> processes, Map<String, String> off) {

  public CloudState {
    processes = List.copyOf(processes);
    off = Map.copyOf(off);
  }

  /** Whether every process is up, and nothing is degraded. */
  public boolean healthy() {
    return processes.stream().allMatch(process -> process.state() == ChildState.UP);
  }
}
