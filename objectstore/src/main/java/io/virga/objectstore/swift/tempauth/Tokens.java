package io.virga.objectstore.swift.tempauth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens that say whose they are and until when, signed so that every node can tell. */
final class Tokens {

  private static final String PREFIX = "AUTH_tk";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAXIMUM_LENGTH = 2048;

  private final byte[] secret;
  private final InstantSource clock;

  Tokens(byte[] secret, InstantSource clock) {
    this.secret = secret.clone();
    this.clock = clock;
  }

  String issue(String user, Instant expires) {
    byte[] payload = (expires.getEpochSecond() + " " + user).getBytes(StandardCharsets.UTF_8);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return PREFIX + base64.encodeToString(payload) + "." + base64.encodeToString(sign(payload));
  }

  /** Whose token it is; empty if it is no good one. */
  Optional<String> user(String token) {
    int dot = token.indexOf('.');
    if (!token.startsWith(PREFIX) || dot < 0 || token.length() > MAXIMUM_LENGTH) {
      return Optional.empty();
    }
    try {
      byte[] payload = Base64.getUrlDecoder().decode(token.substring(PREFIX.length(), dot));
      byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      if (!MessageDigest.isEqual(signature, sign(payload))) {
        return Optional.empty();
      }
      String[] parts = new String(payload, StandardCharsets.UTF_8).split(" ", 2);
      return Long.parseLong(parts[0]) > clock.instant().getEpochSecond()
          ? Optional.of(parts[1])
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private byte[] sign(byte[] payload) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return mac.doFinal(payload);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
