package io.virga.netagent.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.packet.IcmpError;
import io.virga.netagent.packet.Icmpv6Error;
import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.Registers;
import java.util.List;
import java.util.Optional;

/** Tells senders why a router does not send their packets on. Any thread; never blocks. */
final class IcmpErrorResponder {

  private final Counter sent;

  IcmpErrorResponder(MeterRegistry registry) {
    this.sent = registry.counter("virga.netagent.icmp.errors");
  }

  /** The error, or none if the sender may not be told of this packet. */
  List<Message.PacketOut> answer(Message.PacketIn packetIn) {
    Optional<Long> router = packetIn.metadata().exact(Registers.ROUTER);
    Optional<Long> reason = packetIn.metadata().exact(Registers.ICMP_ERROR);
    if (router.isEmpty() || reason.isEmpty()) {
      return List.of();
    }
    int type = reason.get().intValue() >> 8;
    int code = reason.get().intValue() & 0xff;
    Optional<Message.PacketOut> answer =
        ipv4(packetIn, type, code)
            .or(() -> ipv6(packetIn, type, code))
            .map(frame -> Pipeline.sendAsRouter(router.get().intValue(), frame));
    answer.ifPresent(_ -> sent.increment());
    return answer.stream().toList();
  }

  private static Optional<Octets> ipv4(Message.PacketIn packetIn, int type, int code) {
    return packetIn
        .metadata()
        .exact(Registers.ROUTER_ADDRESS)
        .map(address -> new IcmpError(new Ipv4Address(address.intValue()), type, code))
        .flatMap(error -> error.about(packetIn.packet()));
  }

  private static Optional<Octets> ipv6(Message.PacketIn packetIn, int type, int code) {
    Ipv6Address router =
        Ipv6Address.of(packetIn.metadata().register(Registers.ROUTER_ADDRESS_IPV6));
    return router.equals(Ipv6Address.UNSPECIFIED)
        ? Optional.empty()
        : new Icmpv6Error(router, type, code).about(packetIn.packet());
  }
}
