package io.virga.objectstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HttpDatesTest {

  private static final DateTimeFormatter IMF =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final long LAST = 253_402_300_799L;

  @Test
  void writesWhatTheFormatterOfTheJdkWrites() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      Instant time = Instant.ofEpochSecond(random.nextLong(LAST + 1));
      String text = HttpDates.format(time.getEpochSecond());
      assertThat(text).isEqualTo(IMF.format(time));
    }
    assertThat(HttpDates.format(784_111_777)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    assertThat(HttpDates.parse(HttpDates.format(1_700_000_000)))
        .contains(Instant.ofEpochSecond(1_700_000_000));
  }

  @Test
  void showsWhatIsBeyondAsTheFirstOrTheLastSecond() {
    assertThat(HttpDates.format(-1)).isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
    assertThat(HttpDates.format(Long.MAX_VALUE)).isEqualTo("Fri, 31 Dec 9999 23:59:59 GMT");
  }
}
