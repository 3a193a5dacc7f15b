package io.virga.netagent.agent;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.ObservedState;
import io.virga.dataplane.watch.ObservedState.Status;
import io.virga.netagent.pipeline.HostView;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What control is told of the host and of its ports. */
final class Reports {

  private final Consumer<ObservedState> reporter;
  private final Map<String, String> hostDetails;

  /**
   * @param reporter takes everything each time, and drops what control knows
   * @param hostDetails where the host takes tunnelled packets and which wires reach it
   */
  Reports(Consumer<ObservedState> reporter, Map<String, String> hostDetails) {
    this.reporter = reporter;
    this.hostDetails = Map.copyOf(hostDetails);
  }

  /** Tells how things are once the switch holds the flows of the view. */
  void report(HostView view) {
    reporter.accept(
        new ObservedState("host", view.host(), 1, Status.READY, Optional.empty(), hostDetails));
    for (PortSpec port : view.topology().ports().values()) {
      if (port.host().equals(view.host())) {
        reporter.accept(port(port, view));
      }
    }
  }

  private static ObservedState port(PortSpec port, HostView view) {
    boolean wired = view.wired().containsKey(port.id()) && port.adminUp();
    Optional<String> error = wired ? unreachable(port, view) : Optional.empty();
    Status status = error.isPresent() ? Status.FAILED : wired ? Status.READY : Status.PENDING;
    return new ObservedState(
        "port",
        port.id(),
        port.generation(),
        status,
        error,
        Map.of("wired", Boolean.toString(wired && error.isEmpty())));
  }

  /** Why the port's network ends at this host, if it does though it should not. */
  private static Optional<String> unreachable(PortSpec port, HostView view) {
    return Optional.ofNullable(view.topology().networks().get(port.networkId()))
        .flatMap(NetworkSpec::provider)
        .map(NetworkSpec.ProviderSegment::physicalNetwork)
        .filter(physicalNetwork -> !view.uplinks().patches().containsKey(physicalNetwork))
        .map(
            physicalNetwork ->
                "the host %s has no bridge that is mapped to the physical network '%s'"
                    .formatted(view.host(), physicalNetwork));
  }
}
