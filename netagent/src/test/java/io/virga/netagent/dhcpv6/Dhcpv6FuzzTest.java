package io.virga.netagent.dhcpv6;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import io.virga.netagent.packet.Ipv6Address;
import io.virga.netagent.packet.MacAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class Dhcpv6FuzzTest {

  private static final Dhcpv6Lease LEASE =
      new Dhcpv6Lease(
          new MacAddress(0xfa163e001267L),
          List.of(Ipv6Address.ALL_NODES),
          List.of(),
          List.of(),
          Optional.of("a..b"),
          Duration.ofDays(1));

  @FuzzTest(maxDuration = "10s")
  void endsOnArbitraryPayloads(byte[] bytes) {
    if (Dhcpv6Codec.decode(Octets.copyOf(bytes))
        instanceof Decoded.Complete<Dhcpv6Message>(Dhcpv6Message message)) {
      if (!Dhcpv6Codec.decode(Dhcpv6Codec.encode(message))
          .equals(new Decoded.Complete<>(message))) {
        throw new AssertionError("decode after encode differs from " + message);
      }
      Dhcpv6Server.answer(message, LEASE).ifPresent(Dhcpv6Codec::encode);
    }
  }
}
