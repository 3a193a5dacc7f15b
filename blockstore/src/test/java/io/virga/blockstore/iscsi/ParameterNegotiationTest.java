package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What offers of keys come to. */
class ParameterNegotiationTest {

  private final Parameters parameters = new Parameters();
  private final ParameterNegotiation negotiation =
      new ParameterNegotiation(parameters, Limits.DEFAULT);

  @Test
  void aValueThatIsRefusedChangesNothing() {
    assertThat(negotiation.answer(Map.of("InitialR2T", "Maybe", "ImmediateData", "Maybe")))
        .containsEntry("InitialR2T", "Reject")
        .containsEntry("ImmediateData", "Reject");
    assertThat(parameters.initialR2t).isTrue();
    assertThat(parameters.immediateData).isTrue();
  }

  @Test
  void theFirstBurstIsNoLongerThanTheLongest() {
    Map<String, String> offers = Map.of("FirstBurstLength", "65536", "MaxBurstLength", "4096");

    assertThat(negotiation.answer(offers))
        .containsEntry("FirstBurstLength", "4096")
        .containsEntry("MaxBurstLength", "4096");
    assertThat(parameters.firstBurstBytes).isEqualTo(4096);
  }
}
