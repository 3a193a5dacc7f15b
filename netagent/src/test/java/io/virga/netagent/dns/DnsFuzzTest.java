package io.virga.netagent.dns;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.virga.netagent.dns.GuestDns.Asked;
import io.virga.netagent.dns.GuestDns.Way;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.octets.Octets;
import java.util.List;
import java.util.Optional;

class DnsFuzzTest {

  private static final NetworkNames NAMES =
      NetworkNames.of(Desired.network(), List.of(Desired.port(1)), "openstacklocal.");

  @FuzzTest(maxDuration = "10s")
  void answersArbitraryMessagesWithWhatCanBeReadOrNothing(byte[] bytes) throws Exception {
    Asked asked = new Asked(Octets.copyOf(bytes), Way.DATAGRAM, 1, NAMES);
    Optional<Octets> answer = new GuestDns(Optional.empty()).answer(asked).getNow(Optional.empty());
    if (answer.isPresent() && (DnsClient.read(answer.get()).id() >> 8) != (bytes[0] & 0xff)) {
      throw new AssertionError("the answer to " + asked + " is of another number");
    }
  }
}
