package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.packet.Ipv4Address;
import io.virga.netagent.packet.MacAddress;
import io.virga.netagent.pipeline.NetworkAddress;
import io.virga.netagent.pipeline.Pipeline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {

  private static final MacAddress MAC = new MacAddress(0xfa163efe0000L);

  private final Announcements announcements =
      new Announcements((vni, frame) -> List.of(Pipeline.sendWithin(vni, frame)));

  private static NetworkAddress address(int last) {
    return new NetworkAddress(9000, new Ipv4Address(0xcb007100 + last));
  }

  @Test
  void announcesWhatIsNewThreeTimes() {
    assertThat(announcements.present(Map.of(address(1), MAC))).hasSize(1);
    assertThat(announcements.present(Map.of(address(1), MAC))).isEmpty();
    assertThat(announcements.tick()).hasSize(1);
    assertThat(announcements.tick()).hasSize(1);
    assertThat(announcements.tick()).isEmpty();
    assertThat(announcements.present(Map.of(address(1), MAC, address(2), MAC)))
        .as("the new one alone")
        .hasSize(1);
  }

  @Test
  void doesNotAnnounceWhatIsGone() {
    announcements.present(Map.of(address(1), MAC));
    announcements.present(Map.of());
    assertThat(announcements.tick()).isEmpty();
    assertThat(announcements.present(Map.of(address(1), MAC))).as("back again").hasSize(1);
  }

  @Test
  void spreadsManyOverTime() {
    Map<NetworkAddress, MacAddress> many = new HashMap<>();
    for (int number = 0; number < Announcements.BURST + 1; number++) {
      many.put(address(number), MAC);
    }
    assertThat(announcements.present(many)).hasSize(Announcements.BURST);
  }
}
