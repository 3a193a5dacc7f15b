package io.virga.netagent.lab;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A host of a lab: a switch and the agent that programs it. */
public final class LabHost implements AutoCloseable {

  /** The bridge that has the host's address of the underlay. */
  private static final String PHYSICAL_BRIDGE = "br-phy";

  private final String name;
  private final String tunnelAddress;
  private final Switch ovs;
  private final Path directory;
  private final Map<String, String> settings;
  private Optional<AgentProcess> agent = Optional.empty();

  private LabHost(Lab lab, int index, Switch ovs) {
    this.name = "host-" + (char) ('a' + index);
    this.tunnelAddress = "192.0.2." + (11 + index);
    this.ovs = ovs;
    this.directory = lab.directory().resolve(name);
    this.settings = new HashMap<>(lab.authority().settings("netagent", name));
    settings.put("virga.host", name);
    settings.put("virga.control.watch-url", lab.controlUrl());
    settings.put("virga.netagent.tunnel-address", tunnelAddress);
  }

  static LabHost start(Lab lab, int index) throws IOException, InterruptedException {
    LabHost host = new LabHost(lab, index, Switch.start());
    try {
      host.join(lab.underlay(), index);
      return host;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      host.close();
      throw failure;
    }
  }

  private void join(Underlay underlay, int index) throws IOException, InterruptedException {
    String namespace = ovs.namespace();
    underlay.plug(Underlay.MANAGEMENT, namespace, "mgmt0");
    String management = underlay.managementAddress(11 + index);
    Shell.line("ip -n %s address add %s/24 dev mgmt0".formatted(namespace, management));
    underlay.plug(Underlay.UNDERLAY, namespace, "phy0");
    ovs.vsctl(
        "add-br %s -- set bridge %s datapath_type=netdev -- add-port %s phy0"
            .formatted(PHYSICAL_BRIDGE, PHYSICAL_BRIDGE, PHYSICAL_BRIDGE));
    Shell.line(
        "ip -n %s address add %s/24 dev %s".formatted(namespace, tunnelAddress, PHYSICAL_BRIDGE));
    Shell.line("ip -n %s link set %s up".formatted(namespace, PHYSICAL_BRIDGE));
  }

  /** A further setting for agents that are started from now on. */
  public LabHost set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Starts the agent; it has reconciled when {@link #agent} answers for it. */
  public void startAgent() throws IOException, InterruptedException {
    agent = Optional.of(AgentProcess.start(ovs, directory, settings));
  }

  /** Ends the agent; the switch goes on. */
  public void stopAgent() throws InterruptedException {
    if (agent.isPresent()) {
      agent.get().close();
      agent = Optional.empty();
    }
  }

  /** The agent, once it has reconciled. */
  public AgentProcess agent() {
    return agent.orElseThrow().awaitHealthy();
  }

  public String name() {
    return name;
  }

  public Switch ovs() {
    return ovs;
  }

  /** What other hosts are told of this one. */
  public TunnelEndpointSpec endpoint() {
    return new TunnelEndpointSpec(name, 1, tunnelAddress);
  }

  /** Connects a bridge of the host with the wire of provider networks. */
  public void connectToWire(Lab lab, String bridge) throws IOException, InterruptedException {
    lab.underlay().plug(Underlay.PROVIDER, ovs.namespace(), "ext0");
    ovs.vsctl("add-port %s ext0".formatted(bridge));
  }

  /** A guest that is plugged in as the port, without an address yet. */
  public Guest plug(PortSpec port) throws IOException, InterruptedException {
    return ovs.plugGuest(port.id(), port.mac());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try {
      stopAgent();
    } finally {
      ovs.close();
    }
  }
}
