package io.virga.control.operator.launch;

import io.virga.control.operator.home.HostHome;
import io.virga.control.operator.host.Programs;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The guests of a host. They outlive every process of the cloud, but not their disks: an orderly
 * stop of the whole home asks them to shut down, waits, and turns off those that do not.
 */
public final class Guests {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(250);

  private final HostHome home;

  public Guests(HostHome home) {
    this.home = home;
  }

  /** Ends all guests. Blocks for little more than 20 s. */
  public void stop() {
    if (!Files.exists(home.run().resolve("libvirt").resolve("libvirt-sock"))) {
      return;
    }
    List<String> running = running();
    running.forEach(name -> ask("shutdown", name));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!running.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL.toNanos());
      running = running();
    }
    running.forEach(name -> ask("destroy", name));
    List<String> left = running();
    if (!left.isEmpty()) {
      throw new IllegalStateException("guests do not end: " + String.join(", ", left));
    }
  }

  /** Whether libvirt did it; it refuses for a guest that has just ended. */
  private boolean ask(String action, String name) {
    try {
      virsh(action, name);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private List<String> running() {
    return virsh("list", "--name").lines().map(String::strip).filter(n -> !n.isEmpty()).toList();
  }

  private String virsh(String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("virsh", "--quiet", "-c", HypervisorProcess.uri(home)));
    command.addAll(List.of(arguments));
    return Programs.run(command);
  }
}
