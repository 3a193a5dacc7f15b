package io.virga.blockstore.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.desired.IoLimits.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {

  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1000 * MILLISECOND;

  /** Near the end of a long, where a clock without an origin may stand. */
  private long now = Long.MAX_VALUE - SECOND;

  private final TokenBucket bucket = new TokenBucket(now);

  @Test
  void letsEverythingPassWithoutALimit() {
    bucket.take(1L << 32, now);
    assertThat(bucket.isLimited()).isFalse();
    assertThat(bucket.waitNanos(now)).isZero();
  }

  @Test
  void letsATenthOfASecondPassAtOnceAndThenOneByOne() {
    bucket.limit(new Rate(1000, 0), now);
    assertThat(passAtOnce(1)).isEqualTo(101);
    assertThat(bucket.waitNanos(now)).isEqualTo(MILLISECOND);
    now += MILLISECOND;
    assertThat(passAtOnce(1)).isEqualTo(1);
    now += 10 * SECOND;
    assertThat(passAtOnce(1)).as("rest saves up no more than the burst").isEqualTo(101);
  }

  @Test
  void letsTheBurstPassThatWasGiven() {
    bucket.limit(new Rate(1000, 5000), now);
    assertThat(passAtOnce(1)).isEqualTo(5001);
    assertThat(bucket.waitNanos(now)).isEqualTo(MILLISECOND);
  }

  @Test
  void letsALargeRequestPassAndThoseBehindItPay() {
    bucket.limit(new Rate(1 << 20, 0), now);
    assertThat(passAtOnce(8 << 20)).isEqualTo(1);
    assertThat(bucket.waitNanos(now)).isEqualTo(8 * SECOND - SECOND / 10);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "7,1", "999,3", "1000000,1", "3000000000,512", "10000000000,4096"})
  void keepsTheRateInTheLongRunWhateverItIs(long perSecond, long amount) {
    bucket.limit(new Rate(perSecond, 0), now);
    long passed = 0;
    long end = now + Math.max(SECOND / 10, 20 * amount * SECOND / perSecond);
    long began = now;
    passAtOnce(amount);
    while (now - end < 0) {
      now += Math.max(1, bucket.waitNanos(now));
      passed += amount * passAtOnce(amount);
    }
    double expected = (double) (now - began) / SECOND * perSecond;
    assertThat((double) passed).isBetween(expected * 0.99 - amount, expected * 1.01 + amount);
  }

  @Test
  void leaksAtTheNewRateWhatPassedAtTheOld() {
    bucket.limit(new Rate(100, 0), now);
    bucket.take(1000, now);
    bucket.limit(new Rate(1000, 0), now);
    assertThat(bucket.waitNanos(now)).isEqualTo(SECOND - SECOND / 10);
    bucket.limit(Rate.NONE, now);
    assertThat(bucket.waitNanos(now)).isZero();
    bucket.limit(new Rate(10, 0), now);
    assertThat(bucket.waitNanos(now)).as("nothing is owed from before").isZero();
  }

  private int passAtOnce(long amount) {
    int passed = 0;
    while (bucket.waitNanos(now) == 0) {
      bucket.take(amount, now);
      passed++;
    }
    return passed;
  }
}
