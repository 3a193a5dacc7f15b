package io.virga.dataplane.token;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.virga.dataplane.Invariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No text whatever makes the verifier throw, or pass without the key. */
class TokenFuzzTest {

  private static final TokenVerifier VERIFIER = verifier();

  private static TokenVerifier verifier() {
    try {
      Path directory = Files.createTempDirectory("keys");
      TokenKeys.generate(directory, "k1");
      TokenVerifier verifier =
          new TokenVerifier(directory, InstantSource.system(), 100, task -> {});
      Files.delete(directory.resolve("k1.key"));
      Files.delete(directory.resolve("k1.pub"));
      Files.delete(directory);
      return verifier;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void refuses(boolean shaped, String text) {
    Base64.Encoder base64 = Base64.getUrlEncoder();
    String token =
        shaped
            ? "v1."
                + base64.encodeToString(text.getBytes(StandardCharsets.UTF_8))
                + "."
                + base64.encodeToString(new byte[64])
            : text;
    Verification verification = VERIFIER.verify(token);
    Invariant.check(!(verification instanceof Verification.Valid), "nothing passes unsigned");
  }

  @FuzzTest(maxDuration = "10s")
  void refusesAnyText(FuzzedDataProvider data) {
    refuses(data.consumeBoolean(), data.consumeRemainingAsString());
  }

  @Test
  void refusesClaimsWithAnyOneCharacterChanged() {
    long seed = 42;
    Random random = new Random(seed);
    String claims =
        "{\"jti\":\"t\",\"kid\":\"k1\",\"u\":{\"id\":\"u\",\"name\":\"n\"},\"ud\":{\"id\":\"d\","
            + "\"name\":\"d\"},\"s\":{\"type\":\"PROJECT\",\"target\":{\"id\":\"p\",\"name\":\"p\"},"
            + "\"domain\":{\"id\":\"d\",\"name\":\"d\"}},\"r\":[\"member\"],\"iat\":1,\"exp\":9}";
    for (int i = 0; i < claims.length(); i++) {
      for (String with : new String[] {"", "null", "\"", "{", "9e999999999", "\uD800", "[["}) {
        refuses(true, claims.substring(0, i) + with + claims.substring(i + 1));
        refuses(true, claims.substring(0, i) + with);
      }
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      refuses(random.nextBoolean(), new String(noise, StandardCharsets.ISO_8859_1));
    }
    refuses(true, "{\"kid\":\"k1\",\"iat\":9223372036854775807,\"exp\":-9223372036854775808}");
    refuses(true, "[".repeat(4000));
  }
}
