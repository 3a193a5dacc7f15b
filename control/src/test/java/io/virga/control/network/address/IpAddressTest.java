package io.virga.control.network.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

final class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.5,10.0.0.5",
    "2001:DB8:0:0::5,2001:db8::5",
    "::,::",
    "fe80::a9fe:a9fe,fe80::a9fe:a9fe"
  })
  void readsLiteralsAndWritesThemInTheirCanonicalForm(String text, String canonical) {
    assertThat(IpAddress.parse(text)).map(IpAddress::toString).hasValue(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "10.0.0", "010.0.0.1", "10.0.0.256", "::ffff:10.0.0.1", "1::2::3"})
  void readsNothingElse(String text) {
    assertThat(IpAddress.parse(text)).isEmpty();
  }

  /** The JDK takes what begins neither with a digit nor a colon for the name of a machine. */
  @Test
  void asksNobodyForAName() {
    assertThat(
            Mono.fromCallable(() -> IpAddress.parse(".:1"))
                .subscribeOn(Schedulers.parallel())
                .block())
        .isEmpty();
  }
}
