package io.virga.netagent.trace;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.operations.OperatorQuestion;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Why a packet that a port of this host sends passes or is dropped, by the flows that are desired:
 * {@code port} is its id, {@code protocol} tcp, udp or icmp, {@code to} an address, with a port
 * behind a colon unless it is icmp; one of IPv6 is in brackets then. Any thread may ask.
 */
public final class TraceQuestion implements OperatorQuestion {

  private static final int SOURCE_PORT = 40_000;

  private final Supplier<Optional<HostView>> views;

  /**
   * @param views what flows depend on now
   */
  public TraceQuestion(Supplier<Optional<HostView>> views) {
    this.views = views;
  }

  /**
   * What became of the packet.
   *
   * @param outcome where it went, or why it went nowhere
   */
  public record Explanation(String packet, List<Step> steps, List<String> outcome) {

    public Explanation {
      steps = List.copyOf(steps);
      outcome = List.copyOf(outcome);
    }
  }

  @Override
  public Explanation answer(Map<String, String> parameters) {
    HostView view =
        views.get().orElseThrow(() -> new IllegalArgumentException("nothing is known yet"));
    return new Question(
            view,
            sender(view, parameters),
            Probe.parse(parameters),
            new FlowTables(Pipeline.compile(view).values()))
        .explain();
  }

  private static PortSpec sender(HostView view, Map<String, String> parameters) {
    String id = parameters.getOrDefault("port", "");
    PortSpec port = view.topology().ports().get(id);
    if (port != null && !port.host().equals(view.host())) {
      throw new IllegalArgumentException(
          "port = '%s': it is on the host %s, ask there".formatted(id, port.host()));
    }
    if (port == null || !view.wired().containsKey(id)) {
      throw new IllegalArgumentException(
          "port = '%s': expected the id of a port that is plugged into the host %s"
              .formatted(id, view.host()));
    }
    return port;
  }

  /** One question about one view. */
  private record Question(HostView view, PortSpec port, Probe probe, FlowTables flows) {

    Explanation explain() {
      GuestRoutes routes = new GuestRoutes(view, port);
      Optional<IpAddress> own = routes.source(probe.to());
      Optional<MacAddress> mac = MacAddress.parse(port.mac());
      if (own.isEmpty() || mac.isEmpty()) {
        return stopped(
            List.of(), "the port has no IPv%d address".formatted(probe.isIpv6() ? 6 : 4));
      }
      Optional<IpAddress> nextHop = routes.nextHop(own.get(), probe.to());
      if (nextHop.isEmpty()) {
        return stopped(List.of(), "its subnet has no route to " + probe.to() + ", nor a gateway");
      }
      TracedPacket from =
          TracedPacket.EMPTY
              .with(OxmField.IN_PORT, view.wired().getOrDefault(port.id(), 0))
              .with(OxmField.ETH_SRC, mac.get().bits());
      PacketTrace asking = run(Frames.question(from, mac.get(), own.get(), nextHop.get()));
      Optional<Long> answer =
          asking.exits().stream()
              .map(PacketTrace.Exit::packet)
              .flatMap(packet -> Frames.answer(packet).stream())
              .findFirst();
      if (answer.isEmpty()) {
        return stopped(asking.steps(), unanswered(nextHop.get(), asking));
      }
      PacketTrace trace =
          run(probe.packet(Frames.packet(from, own.get(), answer.get()), SOURCE_PORT));
      return new Explanation(packet(), trace.steps(), outcome(trace));
    }

    private String packet() {
      return "%s from port %s to %s".formatted(probe.protocol(), port.id(), probe.target());
    }

    private Explanation stopped(List<Step> steps, String why) {
      return new Explanation(packet(), steps, List.of("not sent: " + why));
    }

    private static String unanswered(IpAddress address, PacketTrace asking) {
      return asking.exits().isEmpty()
          ? "nobody in the network has the address %s, so that %s is not answered"
              .formatted(
                  address, address instanceof Ipv6Address ? "a neighbour solicitation" : "ARP")
          : "guests or machines are asked who has " + address + ", which is not known here";
    }

    private PacketTrace run(TracedPacket packet) {
      PacketTrace trace = new PacketTrace(flows, new Words(view));
      trace.run(packet);
      return trace;
    }

    private List<String> outcome(PacketTrace trace) {
      List<String> outcome = new ArrayList<>();
      Words words = new Words(view);
      trace
          .exits()
          .forEach(
              exit -> {
                long endpoint = exit.packet().number(OxmField.TUNNEL_IPV4_DST);
                String where = words.port(exit.port());
                outcome.add(
                    "leaves to "
                        + where
                        + (endpoint == 0
                            ? ""
                            : " of " + host(endpoint) + ", whose rules judge it"));
              });
      if (outcome.isEmpty()) {
        outcome.add(end(trace.steps().getLast()));
      }
      return outcome;
    }

    private static String end(Step last) {
      String where = " in table %d, %s".formatted(last.table(), last.purpose());
      if (last.effects().contains(Words.TO_AGENT)) {
        return "ends with the agent" + where;
      }
      return "dropped"
          + where
          + last.effects().stream()
              .filter(effect -> effect.startsWith("dropped"))
              .map(effect -> effect.substring("dropped".length()))
              .findFirst()
              .orElse("");
    }

    private String host(long endpoint) {
      return view.topology().tunnelEndpoints().entrySet().stream()
          .filter(host -> host.getValue().unsigned() == endpoint)
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse(new Ipv4Address((int) endpoint).toString());
    }
  }
}
