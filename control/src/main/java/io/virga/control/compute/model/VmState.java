package io.virga.control.compute.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Nova's {@code vm_state}: what a server is when nothing is under way. */
public enum VmState {
  ACTIVE("ACTIVE", true),
  BUILDING("BUILD", true),
  PAUSED("PAUSED", false),
  SUSPENDED("SUSPENDED", false),
  STOPPED("SHUTOFF", false),
  RESCUED("RESCUE", false),
  RESIZED("VERIFY_RESIZE", true),
  SHELVED("SHELVED", false),
  SHELVED_OFFLOADED("SHELVED_OFFLOADED", false),
  ERROR("ERROR", false);

  /** What a server shows instead while these are under way. */
  private static final Map<String, String> BY_TASK =
      Map.of(
          "rebooting", "REBOOT",
          "rebooting_hard", "HARD_REBOOT",
          "rebuilding", "REBUILD",
          "resize_migrating", "RESIZE",
          "resize_finish", "RESIZE",
          "resize_reverting", "REVERT_RESIZE");

  private final String status;
  private final boolean progresses;

  VmState(String status, boolean progresses) {
    this.status = status;
    this.progresses = progresses;
  }

  /** Nova's word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Nova's status, while a task is under way; empty for none. */
  String status(String task) {
    return this == ERROR ? status : BY_TASK.getOrDefault(task, status);
  }

  /** All statuses that servers show. */
  public static Set<String> statuses() {
    return Stream.concat(
            Arrays.stream(values()).map(state -> state.status), BY_TASK.values().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether servers show how far they are. */
  public boolean progresses() {
    return progresses;
  }
}
