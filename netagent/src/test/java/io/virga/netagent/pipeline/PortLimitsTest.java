package io.virga.netagent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.PortQos;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.openflow.Message.MeterConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortLimitsTest {

  private static LocalPort port(PortQos qos) {
    PortSpec spec = Desired.with(Desired.port(1), Map.of("qos", qos));
    HostView view =
        new HostView(
            "host-a",
            Topology.of(DesiredViews.of(Desired.network(), spec)),
            Map.of(spec.id(), 5),
            Uplinks.NONE,
            Map.of(),
            Optional.empty(),
            Map.of());
    return LocalPort.of(spec, view).orElseThrow();
  }

  private static PortQos packets(long rate, long burst) {
    Optional<PortQos.PacketRate> limit = Optional.of(new PortQos.PacketRate(rate, burst));
    return new PortQos(
        Optional.empty(), Optional.empty(), limit, Optional.empty(), Optional.empty());
  }

  private static PortQos bandwidth(long rate, long burst) {
    Optional<PortQos.Bandwidth> limit = Optional.of(new PortQos.Bandwidth(rate, burst));
    return new PortQos(
        Optional.empty(), limit, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void aBurstThatIsNotSaidIsFourFifthsOfTheRate() {
    assertThat(PortLimits.egress(port(packets(1, 0))))
        .containsExactly(new MeterConfig(0x20000 + 5 * 4 + 2, true, 1000, 800));
    assertThat(PortLimits.ingress(port(bandwidth(10_000, 0))))
        .containsExactly(new MeterConfig(0x20000 + 5 * 4 + 1, false, 10_000, 8_000));
  }

  @Test
  void aBurstThatIsSaidIsTaken() {
    assertThat(PortLimits.egress(port(packets(1, 2))))
        .containsExactly(new MeterConfig(0x20000 + 5 * 4 + 2, true, 1000, 2000));
    assertThat(PortLimits.ingress(port(bandwidth(10_000, 900))))
        .containsExactly(new MeterConfig(0x20000 + 5 * 4 + 1, false, 10_000, 900));
  }

  @Test
  void aBurstIsNoLessThanAPacketAndARateNoMoreThanAMeterTakes() {
    assertThat(PortLimits.ingress(port(bandwidth(100, 1))))
        .containsExactly(new MeterConfig(0x20000 + 5 * 4 + 1, false, 100, 525));
    assertThat(PortLimits.ingress(port(bandwidth(1L << 40, 0))))
        .containsExactly(
            new MeterConfig(0x20000 + 5 * 4 + 1, false, Integer.MAX_VALUE, Integer.MAX_VALUE));
    assertThat(PortLimits.egress(port(bandwidth(100, 1)))).isEqualTo(List.of());
  }
}
