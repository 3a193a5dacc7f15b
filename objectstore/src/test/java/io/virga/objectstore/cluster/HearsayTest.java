package io.virga.objectstore.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HearsayTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Hearsay hearsay = new Hearsay(Duration.ofSeconds(15), nanos::get);

  @Test
  void isOverSoLongAfterTheStartAndAfterEachChange() {
    assertThat(hearsay.isOver()).isFalse();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(15) + 1);
    assertThat(hearsay.isOver()).isTrue();
    hearsay.changed();
    assertThat(hearsay.isOver()).isFalse();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(15));
    assertThat(hearsay.isOver()).isFalse();
    nanos.incrementAndGet();
    assertThat(hearsay.isOver()).isTrue();
  }
}
