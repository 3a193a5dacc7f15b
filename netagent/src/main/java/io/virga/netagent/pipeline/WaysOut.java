package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.openflow.Action;
import java.util.List;
import java.util.Optional;

/** How the packets of networks leave the host and come to it, as far as there are ways. */
final class WaysOut {

  private final Optional<TunnelFlows> tunnels;
  private final HostView view;
  private final FlowSet flows;

  WaysOut(HostView view, FlowSet flows) {
    this.view = view;
    this.flows = flows;
    this.tunnels =
        view.uplinks().tunnel().stream()
            .mapToObj(tunnel -> new TunnelFlows(tunnel, view, flows))
            .findFirst();
  }

  void compileEndpoints() {
    tunnels.ifPresent(TunnelFlows::compileEndpoints);
  }

  /** Compiles a network's ways, and answers the copies of a broadcast that go by them. */
  List<List<Action>> compile(Segment segment) {
    tunnels.ifPresent(tunnel -> tunnel.compileIn(segment));
    Optional<NetworkSpec.ProviderSegment> provider = segment.network().provider();
    if (provider.isEmpty()) {
      tunnels.ifPresent(tunnel -> tunnel.compileOut(segment));
      return tunnels.map(tunnel -> tunnel.copies(segment)).orElse(List.of());
    }
    Integer patch = view.uplinks().patches().get(provider.get().physicalNetwork());
    if (patch == null) {
      return List.of();
    }
    ProviderFlows.compile(segment, patch, flows);
    return List.of(ProviderFlows.copy());
  }
}
