package io.virga.netagent.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.netagent.dns.DnsStreamServer;
import io.virga.netagent.dns.GuestDns;
import io.virga.netagent.dns.GuestDns.Asked;
import io.virga.netagent.dns.GuestDns.Way;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.openflow.Action;
import io.virga.netagent.openflow.Message.PacketIn;
import io.virga.netagent.openflow.Message.PacketOut;
import io.virga.netagent.openflow.OpenFlow;
import io.virga.netagent.packet.IpAddress;
import io.virga.netagent.packet.Link;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.packet.UdpFrame;
import io.virga.netagent.pipeline.HostView.MetadataDoor;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.Registers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Answers the names that guests ask for: datagrams that the switch sends up, and what comes by TCP
 * through the metadata door. Any thread; never blocks.
 */
final class DnsResponder implements DnsStreamServer.Guests {

  private final GuestDns dns;
  private final Consumer<List<PacketOut>> send;
  private final Counter asked;
  private volatile KnownNames known;

  /**
   * @param defaultDomain of networks that have none of their own
   * @param send takes what is to be sent, on any thread
   */
  DnsResponder(
      MeterRegistry registry, GuestDns dns, String defaultDomain, Consumer<List<PacketOut>> send) {
    this.dns = dns;
    this.send = send;
    this.asked = registry.counter("virga.netagent.dns.questions");
    this.known = KnownNames.none(defaultDomain);
  }

  /** From now on these ports are answered, and these names are known; called by one thread. */
  void ports(PluggedPorts now) {
    known = known.next(now);
  }

  /** A datagram; the answer is sent when it is there. */
  List<PacketOut> answer(PacketIn packetIn) {
    Optional<Integer> ofport = packetIn.metadata().exact(Registers.SOURCE_PORT).map(Long::intValue);
    if (ofport.isPresent()
        && UdpFrame.decode(packetIn.packet())
            instanceof Decoded.Complete<UdpFrame>(UdpFrame frame)) {
      KnownNames now = known;
      now.ports()
          .of(ofport.get())
          .ifPresent(
              guest ->
                  ask(now, ofport.get(), guest.network(), frame.payload(), Way.DATAGRAM)
                      .thenAccept(
                          answer ->
                              answer.ifPresent(
                                  payload ->
                                      send.accept(
                                          List.of(
                                              packet(
                                                  ofport.get(),
                                                  reply(frame, guest.network(), payload)))))));
    }
    return List.of();
  }

  private static UdpFrame reply(UdpFrame question, NetworkSpec network, Octets payload) {
    MacAddress host = Pipeline.routerMac(network);
    return new UdpFrame(
        new Link(host, question.link().source()),
        question.destination(),
        question.source(),
        payload);
  }

  private static PacketOut packet(int ofport, UdpFrame frame) {
    return new PacketOut(
        OpenFlow.PORT_CONTROLLER, List.of(new Action.Output(ofport)), frame.encode());
  }

  @Override
  public Optional<Integer> portOf(IpAddress sender) {
    return MetadataDoor.portOf(sender).filter(ofport -> known.ports().of(ofport).isPresent());
  }

  @Override
  public CompletableFuture<Optional<Octets>> answer(int ofport, Octets message) {
    KnownNames now = known;
    return now.ports()
        .of(ofport)
        .map(guest -> ask(now, ofport, guest.network(), message, Way.STREAM))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  private CompletableFuture<Optional<Octets>> ask(
      KnownNames now, int ofport, NetworkSpec network, Octets message, Way way) {
    asked.increment();
    return dns.answer(new Asked(message, way, ofport, now.of(network)));
  }
}
