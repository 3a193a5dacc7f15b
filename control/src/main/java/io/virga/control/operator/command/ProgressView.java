package io.virga.control.operator.command;

import io.virga.control.operator.supervise.ChildState;
import io.virga.control.operator.supervise.ChildStatus;
import io.virga.control.operator.supervise.CloudState;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** A line for each step that a process takes. */
final class ProgressView implements Consumer<CloudState> {

  private final PrintWriter out;
  private final Map<String, ChildState> shown = new HashMap<>();

  ProgressView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(CloudState state) {
    for (ChildStatus process : state.processes()) {
      ChildState before = shown.put(process.name(), process.state());
      if (before != process.state() && process.state() != ChildState.WAITING) {
        out.printf(
            "  %5.1f s  %-14s %s%n",
            Math.max(0, process.since() - state.started()) / 1000.0, process.name(), text(process));
      }
    }
    out.flush();
  }

  static String text(ChildStatus process) {
    String state = process.state().name().toLowerCase(Locale.ROOT);
    return process.detail().isEmpty() ? state : state + ": " + process.detail();
  }
}
