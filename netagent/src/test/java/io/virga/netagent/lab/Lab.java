package io.virga.netagent.lab;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.watch.Eventually;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.StandInControl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Several hosts on one machine, joined by an underlay, and a stand-in for control that tells all of
 * them the same. Closing it removes all of it.
 */
public final class Lab implements AutoCloseable {

  private final Path directory;
  private final TestAuthority authority;
  private final Underlay underlay;
  private final StandInControl control;
  private final List<LabHost> hosts = new ArrayList<>();

  private Lab(Path directory, Underlay underlay) {
    this.directory = directory;
    this.authority = new TestAuthority(directory);
    this.underlay = underlay;
    String address = underlay.managementAddress(1);
    this.control =
        new StandInControl(
            authority.identity("control", "lab", address), new InetSocketAddress(address, 0));
  }

  /** Starts hosts without agents; control speaks of their tunnel endpoints. */
  public static Lab start(Path directory, int hosts) throws IOException, InterruptedException {
    Lab lab = new Lab(Files.createDirectories(directory), Underlay.start());
    try {
      for (int index = 0; index < hosts; index++) {
        LabHost host = LabHost.start(lab, index);
        lab.hosts.add(host);
        lab.control.say(host.endpoint());
      }
      return lab;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      lab.close();
      throw failure;
    }
  }

  /** Starts an agent on every host, with what has been said, and waits for all of them. */
  public Lab startAgents() throws IOException, InterruptedException {
    for (LabHost host : hosts) {
      host.startAgent();
    }
    hosts.forEach(LabHost::agent);
    return this;
  }

  /** Says to all agents how things shall be. */
  public void say(DesiredState... things) {
    control.say(things);
  }

  public StandInControl control() {
    return control;
  }

  public Underlay underlay() {
    return underlay;
  }

  /** The host with the number, from 0: {@code host-a}, {@code host-b} and so on. */
  public LabHost host(int index) {
    return hosts.get(index);
  }

  /** Waits until the ports' hosts have wired them at this generation. */
  public void awaitWired(PortSpec... ports) {
    for (PortSpec port : ports) {
      Eventually.isTrue(
          "port " + port.id() + " is wired",
          () ->
              control
                  .observed(Kind.PORT.wireName(), port.id())
                  .filter(state -> state.generation() >= port.generation())
                  .filter(state -> state.status() == ObservedState.Status.READY)
                  .isPresent());
    }
  }

  Path directory() {
    return directory;
  }

  TestAuthority authority() {
    return authority;
  }

  String controlUrl() {
    return "https://" + underlay.managementAddress(1) + ":" + control.port();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      for (LabHost host : hosts) {
        host.close();
      }
    } finally {
      control.close();
      underlay.close();
    }
  }
}
