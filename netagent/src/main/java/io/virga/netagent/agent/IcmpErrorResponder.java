package io.virga.netagent.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.packet.IcmpError;
import io.virga.netagent.packet.Ipv4Address;
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
    Optional<Long> address = packetIn.metadata().exact(Registers.ROUTER_ADDRESS);
    Optional<Long> reason = packetIn.metadata().exact(Registers.ICMP_ERROR);
    if (router.isEmpty() || address.isEmpty() || reason.isEmpty()) {
      return List.of();
    }
    IcmpError error =
        new IcmpError(
            new Ipv4Address(address.get().intValue()),
            reason.get().intValue() >> 8,
            reason.get().intValue() & 0xff);
    Optional<Message.PacketOut> answer =
        error
            .about(packetIn.packet())
            .map(frame -> Pipeline.sendAsRouter(router.get().intValue(), frame));
    answer.ifPresent(_ -> sent.increment());
    return answer.stream().toList();
  }
}
