package io.virga.netagent.pipeline;

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

  /** Compiles a network's ways. */
  void compile(Segment segment) {
    tunnels.ifPresent(tunnel -> tunnel.compileIn(segment));
    if (segment.network().provider().isEmpty()) {
      tunnels.ifPresent(tunnel -> tunnel.compileOut(segment));
    }
    patch(segment).ifPresent(patch -> ProviderFlows.compile(segment, patch, flows));
  }

  /** What goes by them of a packet for all of these ports. */
  List<List<Action>> copies(Segment segment) {
    if (segment.network().provider().isEmpty()) {
      return tunnels.map(tunnel -> tunnel.copies(segment)).orElse(List.of());
    }
    return patch(segment).map(_ -> List.of(ProviderFlows.copy())).orElse(List.of());
  }

  private Optional<Integer> patch(Segment segment) {
    return segment
        .network()
        .provider()
        .flatMap(
            provider ->
                Optional.ofNullable(view.uplinks().patches().get(provider.physicalNetwork())));
  }
}
