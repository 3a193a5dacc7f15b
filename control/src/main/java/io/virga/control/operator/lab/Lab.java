package io.virga.control.operator.lab;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.control.operator.home.Underlay.Segment;
import io.virga.control.operator.supervise.PidFile;
import io.virga.control.operator.underlay.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Cuts off, slows and brings back the hosts of one home. Each host's state is the kernel's. */
public final class Lab {

  private static final Duration LONGEST_END = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(10);

  private final Home home;
  private final CloudConfiguration cloud;
  private final NetworkNamespace bridges;

  public Lab(Home home, CloudConfiguration cloud) {
    this.home = home;
    this.cloud = cloud;
    this.bridges = NetworkNamespace.named(cloud.underlay().namespace());
  }

  /**
   * The host of a name; for a home that runs and has several.
   *
   * @throws IllegalArgumentException with the names that there are
   */
  public CloudHost host(String name) {
    refuseOne();
    return cloud.allHosts().stream()
        .filter(host -> cloud.name(host).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no host '%s'; there are: %s"
                        .formatted(
                            name,
                            String.join(
                                ", ", cloud.allHosts().stream().map(cloud::name).toList()))));
  }

  /** No frame gets from the host to another, or back. */
  public void cut(CloudHost host) {
    for (Segment segment : Segment.values()) {
      bridges.run("ip", "link", "set", segment.port(host), "down");
    }
  }

  /** As it was at first. */
  public void heal(CloudHost host) {
    endCarrier(host);
    new SlowPorts(host, bridges).restore();
    for (Segment segment : Segment.values()) {
      bridges.run("ip", "link", "set", segment.port(host), "up");
    }
  }

  /** Notes how slow the host is about to be, after an end of what made it slow before. */
  public void prepareSlow(CloudHost host, Slowness slowness) {
    endCarrier(host);
    PrivateFiles.writeForThisBoot(note(host), slowness.toString());
  }

  /** The process that carries a slow host's frames: there once it does. */
  public PidFile carrier(CloudHost host) {
    return new PidFile(home.run(), "lab-" + host.number());
  }

  /** Where that process runs. */
  public NetworkNamespace bridges() {
    return bridges;
  }

  /** What is wrong with the host's links; empty when nothing is. */
  public Optional<String> fault(CloudHost host) {
    refuseOne();
    if (!bridges.isUp(Segment.MANAGEMENT.port(host))) {
      return Optional.of("cut off");
    }
    if (!Files.exists(note(host))) {
      return Optional.empty();
    }
    String slow = PrivateFiles.read(note(host));
    return Optional.of(
        carrier(host).read().isPresent()
            ? "slow: " + slow
            : "cut off: what made it slow has ended");
  }

  /** Ends all processes of the lab; the links are about to be removed. */
  public void end() {
    Stream.iterate(1, number -> number <= CloudHost.MOST, number -> number + 1)
        .map(CloudHost::new)
        .forEach(this::endCarrier);
  }

  public String name(CloudHost host) {
    return cloud.name(host);
  }

  public List<CloudHost> hosts() {
    return cloud.allHosts();
  }

  private void refuseOne() {
    if (!bridges.exists()) {
      throw new IllegalStateException(
          "the cloud in %s does not run on several hosts: ./virga up --hosts 3 makes them"
              .formatted(home.root()));
    }
  }

  private void endCarrier(CloudHost host) {
    Optional<PidFile.LiveProcess> running = carrier(host).read();
    running.flatMap(one -> ProcessHandle.of(one.pid())).ifPresent(ProcessHandle::destroyForcibly);
    long deadline = System.nanoTime() + LONGEST_END.toNanos();
    while (running.filter(PidFile.LiveProcess::alive).isPresent()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the process %d, which makes a host slow, does not end".formatted(running.get().pid()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    try {
      Files.deleteIfExists(note(host));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + note(host), e);
    }
  }

  private Path note(CloudHost host) {
    return home.run().resolve("lab-" + host.number() + ".slow");
  }
}
