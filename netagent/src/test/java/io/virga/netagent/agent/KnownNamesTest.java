package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.watch.DesiredViews;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.pipeline.Topology;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names are made anew when what they follow from has changed, and not else. */
class KnownNamesTest {

  private static final NetworkSpec NETWORK = Desired.network();
  private static final NetworkSpec OTHER = Desired.otherNetwork();
  private static final PortSpec PORT = Desired.port(1);

  private final KnownNames first = after(KnownNames.none("openstacklocal."), NETWORK, OTHER, PORT);

  private static KnownNames after(KnownNames before, DesiredState... there) {
    return before.next(new PluggedPorts(Topology.of(DesiredViews.of(there)), Map.of(5, PORT.id())));
  }

  @Test
  void areKeptWhileNothingChangesOrAnothersPortsDo() {
    KnownNames same = after(first, NETWORK, OTHER, Desired.port(1));
    assertThat(same).isSameAs(first);
    KnownNames more = after(first, NETWORK, OTHER, PORT, Desired.inOtherNetwork(2));
    assertThat(first.of(NETWORK)).as("not asked for yet").isNotSameAs(more.of(NETWORK));
    KnownNames later = after(more, NETWORK, OTHER, PORT, Desired.inOtherNetwork(3));
    assertThat(later.of(NETWORK)).isSameAs(more.of(NETWORK));
    assertThat(later.of(OTHER).addresses()).containsKey("guest-3.openstacklocal.");
  }

  @Test
  void areMadeAnewWhenAPortComesOrGoes() {
    assertThat(first.of(NETWORK).addresses()).doesNotContainKey("guest-2.openstacklocal.");
    KnownNames more = after(first, NETWORK, OTHER, PORT, Desired.port(2));
    assertThat(more.of(NETWORK).addresses()).containsKey("guest-2.openstacklocal.");
    assertThat(after(more, NETWORK, OTHER, PORT).of(NETWORK).addresses())
        .doesNotContainKey("guest-2.openstacklocal.");
  }

  @Test
  void areMadeAnewWhenTheNetworkChanges() {
    assertThat(first.of(NETWORK).domain()).isEqualTo("openstacklocal.");
    NetworkSpec named = Desired.with(NETWORK, Map.of("dnsDomain", "example.org."));
    assertThat(after(first, named, OTHER, PORT).of(named).domain()).isEqualTo("example.org.");
  }
}
