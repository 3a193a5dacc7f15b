package io.virga.control.identity.totp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-based passcodes of six digits by HMAC-SHA-1, every 30 s another. RFC 6238, RFC 4226 §5.3.
 */
public final class Totp {

  private static final Duration STEP = Duration.ofSeconds(30);

  /** Passcodes of the step before are good too: it takes a while to type one. */
  private static final int PREVIOUS_STEPS = 1;

  private static final int DIGITS = 6;
  private static final int MODULUS = 1_000_000;
  private static final int MIN_SECRET_BYTES = 10;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private Totp() {}

  /** The secret that the text is in Base32 (RFC 4648 §6), padded or not; of 80 bits at least. */
  public static Optional<byte[]> secret(String base32) {
    String digits = base32.toUpperCase(Locale.ROOT).replace("=", "");
    ByteBuffer secret = ByteBuffer.allocate(digits.length() * 5 / 8);
    long bits = 0;
    int count = 0;
    for (int i = 0; i < digits.length(); i++) {
      int value = BASE32.indexOf(digits.charAt(i));
      if (value < 0) {
        return Optional.empty();
      }
      bits = bits << 5 | value;
      count += 5;
      if (count >= 8) {
        count -= 8;
        secret.put((byte) (bits >> count));
      }
    }
    return secret.position() < MIN_SECRET_BYTES ? Optional.empty() : Optional.of(secret.array());
  }

  /** The passcode of a step of time. */
  static String passcode(byte[] secret, long step) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret, "HmacSHA1"));
      byte[] digest = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
      int offset = digest[digest.length - 1] & 0xf;
      int truncated = ByteBuffer.wrap(digest).getInt(offset) & 0x7fffffff;
      return String.format(Locale.ROOT, "%0" + DIGITS + "d", truncated % MODULUS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-1 is part of every JDK", e);
    }
  }

  /** The step whose passcode it is, if that is now or was just before. */
  public static OptionalLong step(byte[] secret, String passcode, Instant now) {
    long current = now.getEpochSecond() / STEP.toSeconds();
    for (long step = current; step >= current - PREVIOUS_STEPS; step--) {
      if (MessageDigest.isEqual(
          passcode(secret, step).getBytes(StandardCharsets.US_ASCII),
          passcode.getBytes(StandardCharsets.UTF_8))) {
        return OptionalLong.of(step);
      }
    }
    return OptionalLong.empty();
  }
}
