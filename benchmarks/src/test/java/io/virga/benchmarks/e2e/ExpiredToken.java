package io.virga.benchmarks.e2e;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.dataplane.token.Claims;
import io.virga.dataplane.token.TokenSigner;
import io.virga.dataplane.token.TokenVerifier;
import io.virga.dataplane.token.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** A token of the cloud itself, signed with its own key, whose time is over. */
final class ExpiredToken {

  private ExpiredToken() {}

  /** The same as a good token says, but valid until a minute ago. */
  static String sign(Cloud cloud, String good) throws IOException {
    Verification verification =
        TokenVerifier.open(cloud.home().resolve("keys"), InstantSource.system()).verify(good);
    if (!(verification instanceof Verification.Valid(Claims claims))) {
      throw new IllegalStateException("not a good token: " + verification);
    }
    Path key = cloud.home().resolve("keys").resolve(claims.keyId() + ".key");
    return TokenSigner.load(key)
        .sign(
            new Claims(
                claims.tokenId(),
                claims.keyId(),
                claims.user(),
                claims.userDomain(),
                claims.scope(),
                claims.roles(),
                claims.methods(),
                claims.delegation(),
                claims.issuedAt().minus(Duration.ofDays(1)),
                claims.issuedAt().minus(Duration.ofMinutes(1))));
  }
}
