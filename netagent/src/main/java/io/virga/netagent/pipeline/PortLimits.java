package io.virga.netagent.pipeline;

import io.virga.dataplane.desired.PortQos;
import io.virga.netagent.openflow.Message.MeterConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The limits of a port as meters, whose numbers follow from the port's. */
final class PortLimits {

  private static final int KILO = 1000;
  private static final int FIRST = 0x20000;
  private static final int PORT = 4;
  private static final int EGRESS_BANDWIDTH = 0;
  private static final int INGRESS_BANDWIDTH = 1;
  private static final int EGRESS_PACKETS = 2;
  private static final int INGRESS_PACKETS = 3;

  /**
   * The least burst, in kilobits, since nothing passes that is larger than the burst: 64 KiB are
   * what a datapath may get as one packet from a card that segments by itself.
   */
  private static final long WHOLE_PACKET = 525;

  private PortLimits() {}

  /** Of what it sends. */
  static List<MeterConfig> egress(LocalPort port) {
    return limits(
        bandwidth(port, EGRESS_BANDWIDTH, PortQos::egressBandwidth),
        packets(port, EGRESS_PACKETS, PortQos::egressPackets));
  }

  /** Of what it receives. */
  static List<MeterConfig> ingress(LocalPort port) {
    return limits(
        bandwidth(port, INGRESS_BANDWIDTH, PortQos::ingressBandwidth),
        packets(port, INGRESS_PACKETS, PortQos::ingressPackets));
  }

  @SafeVarargs
  private static List<MeterConfig> limits(Optional<MeterConfig>... limits) {
    return Stream.of(limits).flatMap(Optional::stream).toList();
  }

  private static Optional<MeterConfig> bandwidth(
      LocalPort port, int kind, Function<PortQos, Optional<PortQos.Bandwidth>> limit) {
    return port.spec()
        .qos()
        .flatMap(limit)
        .map(
            most -> {
              long burst = burst(most.kilobitsPerSecond(), most.burstKilobits());
              return new MeterConfig(
                  id(port, kind),
                  false,
                  inMeter(most.kilobitsPerSecond()),
                  inMeter(Math.max(WHOLE_PACKET, burst)));
            });
  }

  private static Optional<MeterConfig> packets(
      LocalPort port, int kind, Function<PortQos, Optional<PortQos.PacketRate>> limit) {
    return port.spec()
        .qos()
        .flatMap(limit)
        .map(
            most -> {
              long rate = KILO * most.kiloPacketsPerSecond();
              long burst = burst(rate, KILO * most.burstKiloPackets());
              return new MeterConfig(id(port, kind), true, inMeter(rate), inMeter(burst));
            });
  }

  /** Four fifths of the rate where none is said, as Neutron's documentation recommends for TCP. */
  private static long burst(long rate, long said) {
    return said > 0 ? said : rate * 4 / 5;
  }

  private static int id(LocalPort port, int kind) {
    return FIRST + port.ofport() * PORT + kind;
  }

  private static int inMeter(long value) {
    return (int) Math.min(Integer.MAX_VALUE, value);
  }
}
