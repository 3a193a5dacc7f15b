package io.virga.control.operator.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class HomeTest {

  private static final int LONGEST_SOCKET_PATH = 107;

  @Test
  void keepsItsSocketsInside() {
    assertThat(Home.at(Path.of("/srv/cloud")).run()).isEqualTo(Path.of("/srv/cloud/run"));
  }

  @Test
  void putsItsSocketsElsewhereWhereTheirPathsWouldBeTooLong() {
    Home home = Home.at(Path.of("/srv", "a".repeat(100)));
    assertThat(home.run().toString().length()).isLessThan(40);
    assertThat(home.run()).isNotEqualTo(Home.at(Path.of("/srv", "b".repeat(100))).run());
    Path longest = home.run().resolve("openvswitch").resolve("br-int65000.mgmt");
    assertThat(longest.toString().length()).isLessThan(LONGEST_SOCKET_PATH);
  }
}
