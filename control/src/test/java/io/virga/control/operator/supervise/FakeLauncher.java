package io.virga.control.operator.supervise;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Processes that end when a test says so. */
final class FakeLauncher implements Launcher {

  final List<String> launched = new ArrayList<>();
  private final Map<String, FakeProcess> running = new HashMap<>();
  final Set<String> held = new HashSet<>();
  final Map<String, FakeProcess> left = new HashMap<>();

  @Override
  public Running launch(Plan plan) {
    launched.add(plan.name());
    FakeProcess process = new FakeProcess(launched.size());
    running.put(plan.name(), process);
    return process;
  }

  @Override
  public Optional<Running> adopt(String name) {
    return Optional.ofNullable(left.get(name));
  }

  @Override
  public boolean held(String name) {
    return held.contains(name);
  }

  FakeProcess running(String name) {
    return Optional.ofNullable(running.get(name)).orElseThrow();
  }

  /** Ends at TERM, unless it is stubborn. */
  static final class FakeProcess implements Running {
    final List<String> signals = new ArrayList<>();
    boolean stubborn;
    private final long pid;
    private boolean alive = true;

    FakeProcess(long pid) {
      this.pid = pid;
    }

    void crash() {
      alive = false;
    }

    @Override
    public long pid() {
      return pid;
    }

    @Override
    public boolean alive() {
      return alive;
    }

    @Override
    public Optional<String> ending() {
      return Optional.of("crashed");
    }

    @Override
    public void signal(String name) {
      signals.add(name);
      if (!stubborn || name.equals("KILL")) {
        alive = false;
      }
    }
  }
}
