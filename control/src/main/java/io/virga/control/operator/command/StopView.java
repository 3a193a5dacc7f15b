package io.virga.control.operator.command;

import io.virga.control.operator.supervise.ChildState;
import io.virga.control.operator.supervise.ChildStatus;
import io.virga.control.operator.supervise.CloudState;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** A line for each process that has ended. */
final class StopView implements Consumer<CloudState> {

  private final PrintWriter out;
  private final Set<String> stopping = new HashSet<>();
  private final Set<String> stopped = new HashSet<>();

  StopView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(CloudState state) {
    for (ChildStatus process : state.processes()) {
      boolean ran = process.state() == ChildState.STOPPING && process.pid() != 0;
      if (ran && stopping.add(process.name())) {
        out.printf("  %-14s stopping%n", process.name());
      } else if (process.state() == ChildState.STOPPED && stopped.add(process.name())) {
        out.printf("  %-14s %s%n", process.name(), ProgressView.text(process));
      }
    }
    out.flush();
  }
}
