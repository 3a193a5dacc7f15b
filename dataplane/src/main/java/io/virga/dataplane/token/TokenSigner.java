package io.virga.dataplane.token;

import io.virga.dataplane.Invariant;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;

/** Makes tokens. Control alone has one. Thread-safe. */
public final class TokenSigner {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final String keyId;
  private final PrivateKey privateKey;

  public TokenSigner(String keyId, PrivateKey privateKey) {
    this.keyId = keyId;
    this.privateKey = privateKey;
  }

  /** A signer of {@code <key id>.key}. Blocks. */
  public static TokenSigner load(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (!name.endsWith(".key")) {
      throw new IOException(file + ": expected a file named <key id>.key");
    }
    return new TokenSigner(
        name.substring(0, name.length() - ".key".length()), TokenKeys.readPrivate(file));
  }

  /** What {@link Claims#keyId()} must be. */
  public String keyId() {
    return keyId;
  }

  /**
   * The token's text. Times in it are whole microseconds.
   *
   * @throws IllegalArgumentException if the claims are so many that no data plane would take it
   */
  public String sign(Claims claims) {
    Invariant.check(claims.keyId().equals(keyId), "claims name the key that signs them");
    String signed =
        TokenVerifier.PREFIX + BASE64.encodeToString(Json.bytes(TokenClaims.of(claims)));
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(privateKey);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      String token = signed + "." + BASE64.encodeToString(signature.sign());
      if (token.length() > TokenVerifier.MAX_TOKEN_LENGTH) {
        throw new IllegalArgumentException("too many roles for one token");
      }
      return token;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 signing failed", e);
    }
  }
}
