package io.virga.blockstore.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the service stops. */
class BlockstoreServiceTest {

  @Test
  @Timeout(20)
  void whatIsToBeTriedAgainLaterHoldsUpNoStop() {
    ScheduledExecutorService timer = BlockstoreService.timer();
    ScheduledFuture<?> later = timer.schedule(() -> {}, 1, TimeUnit.MINUTES);
    timer.close();
    assertThat(later.isCancelled()).isTrue();
  }
}
