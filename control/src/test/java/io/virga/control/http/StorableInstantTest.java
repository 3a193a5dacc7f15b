package io.virga.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.control.fault.ApiFault;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class StorableInstantTest {

  @Test
  void refusesTimesThatTheDatabaseDoesNotKnow() {
    Instant now = Instant.parse("2030-01-01T00:00:00Z");
    assertThat(StorableInstant.check("start", now)).isEqualTo(now);
    for (Instant far : new Instant[] {Instant.MIN, Instant.MAX}) {
      assertThatThrownBy(() -> StorableInstant.check("start", far))
          .isInstanceOf(ApiFault.class)
          .hasMessageContaining("start: '" + far + "'");
    }
  }
}
