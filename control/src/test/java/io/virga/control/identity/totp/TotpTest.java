package io.virga.control.identity.totp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TotpTest {

  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

  /** RFC 6238, Appendix B, the last six of the eight digits. */
  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void makesThePasscodesOfTheStandard(long epochSecond, String passcode) {
    assertThat(Totp.passcode(SECRET, epochSecond / 30)).isEqualTo(passcode);
    assertThat(Totp.step(SECRET, passcode, Instant.ofEpochSecond(epochSecond)))
        .hasValue(epochSecond / 30);
  }

  @Test
  void takesAPasscodeForThisStepAndTheNextAlone() {
    Instant now = Instant.ofEpochSecond(1_234_567_890);
    String passcode = Totp.passcode(SECRET, now.getEpochSecond() / 30);
    assertThat(Totp.step(SECRET, passcode, now.plusSeconds(30))).isPresent();
    assertThat(Totp.step(SECRET, passcode, now.plusSeconds(60))).isEmpty();
    assertThat(Totp.step(SECRET, passcode, now.minusSeconds(30))).isEmpty();
    for (String wrong : List.of("", "00592", "0005924", "５９２４００")) {
      assertThat(Totp.step(SECRET, wrong, now)).as(wrong).isEmpty();
    }
  }

  @Test
  void readsSecretsInBase32() {
    assertThat(Totp.secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")).hasValue(SECRET);
    assertThat(Totp.secret("gezdgnbvgy3tqojqgezdgnbvgy3tqojq")).hasValue(SECRET);
    for (String bad : List.of("", "GEZDGNBV", "GEZDGNBVGY3TQOJ1", "not base 32 at all!!")) {
      assertThat(Totp.secret(bad)).as(bad).isEmpty();
    }
  }
}
