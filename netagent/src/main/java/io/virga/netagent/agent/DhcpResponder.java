package io.virga.netagent.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.virga.netagent.dhcp.DhcpCodec;
import io.virga.netagent.dhcp.DhcpMessage;
import io.virga.netagent.dhcp.DhcpServer;
import io.virga.netagent.dhcp.Lease;
import io.virga.netagent.dhcpv6.Dhcpv6Server;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.packet.UdpFrame;
import io.virga.netagent.pipeline.Registers;
import io.virga.netagent.pipeline.Topology.Attachment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Answers the DHCP requests that the switch sends up. Any thread; never blocks. */
final class DhcpResponder {

  private final Timer answered;
  private final Counter ignored;
  private final LeaseTerms terms;
  private volatile PluggedPorts ports = PluggedPorts.NONE;

  DhcpResponder(MeterRegistry registry, LeaseTerms terms) {
    this.terms = terms;
    this.answered =
        Timer.builder("virga.netagent.dhcp.answer")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.ignored = registry.counter("virga.netagent.dhcp.ignored");
  }

  /** From now on these ports are answered. */
  void ports(PluggedPorts now) {
    ports = now;
  }

  /** The packet that answers, or none. */
  List<Message.PacketOut> answer(Message.PacketIn packetIn) {
    long begin = System.nanoTime();
    Optional<Message.PacketOut> answer = find(packetIn);
    if (answer.isPresent()) {
      answered.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    } else {
      ignored.increment();
    }
    return answer.stream().toList();
  }

  private Optional<Message.PacketOut> find(Message.PacketIn packetIn) {
    Optional<Integer> ofport = packetIn.metadata().exact(Registers.SOURCE_PORT).map(Long::intValue);
    return ofport.flatMap(port -> find(packetIn, port));
  }

  private Optional<Message.PacketOut> find(Message.PacketIn packetIn, int ofport) {
    return answer(packetIn.packet(), ofport)
        .map(
            frame ->
                new Message.PacketOut(
                    OpenFlow.PORT_CONTROLLER, List.of(new Action.Output(ofport)), frame.encode()));
  }

  private Optional<UdpFrame> answer(Octets packet, int ofport) {
    if (!(UdpFrame.decode(packet) instanceof Decoded.Complete<UdpFrame>(UdpFrame frame))) {
      return Optional.empty();
    }
    return ports.of(ofport).flatMap(asking -> answer(frame, asking));
  }

  private Optional<UdpFrame> answer(UdpFrame frame, Attachment asking) {
    return frame.destination().port() == Dhcpv6Server.PORT
        ? Dhcpv6Leases.of(asking.port(), asking.network(), terms)
            .flatMap(lease -> Dhcpv6Server.answer(frame, lease))
        : Leases.of(asking.port(), asking.network(), terms).flatMap(lease -> answer(frame, lease));
  }

  private static Optional<UdpFrame> answer(UdpFrame frame, Lease lease) {
    return DhcpCodec.decode(frame.payload())
            instanceof Decoded.Complete<DhcpMessage>(DhcpMessage message)
        ? DhcpServer.answer(message, lease)
        : Optional.empty();
  }
}
