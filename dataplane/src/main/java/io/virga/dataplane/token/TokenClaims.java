package io.virga.dataplane.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link Claims} as they stand inside a token: short names, empty things left out, times in
 * microseconds since 1970, so that a token stays well below what an HTTP header may be.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record TokenClaims(
    @JsonProperty("jti") String tokenId,
    @JsonProperty("kid") String keyId,
    @JsonProperty("u") Claims.Named user,
    @JsonProperty("ud") Claims.Named userDomain,
    @JsonProperty("s") Claims.@Nullable Scope scope,
    @JsonProperty("r") @Nullable List<String> roles,
    @JsonProperty("m") @Nullable List<String> methods,
    @JsonProperty("ac") @Nullable String applicationCredentialId,
    @JsonProperty("iat") long issuedAtMicros,
    @JsonProperty("exp") long expiresAtMicros) {

  TokenClaims {
    Objects.requireNonNull(tokenId);
    Objects.requireNonNull(keyId);
    requireNamed(user);
    requireNamed(userDomain);
    if (scope != null) {
      Objects.requireNonNull(scope.type());
      requireNamed(scope.target());
      requireNamed(scope.domain());
    }
  }

  static TokenClaims of(Claims claims) {
    return new TokenClaims(
        claims.tokenId(),
        claims.keyId(),
        claims.user(),
        claims.userDomain(),
        claims.scope().orElse(null),
        claims.roles(),
        claims.methods(),
        claims.applicationCredentialId().orElse(null),
        ChronoUnit.MICROS.between(Instant.EPOCH, claims.issuedAt()),
        ChronoUnit.MICROS.between(Instant.EPOCH, claims.expiresAt()));
  }

  Claims toClaims() {
    return new Claims(
        tokenId,
        keyId,
        user,
        userDomain,
        Optional.ofNullable(scope),
        roles == null ? List.of() : roles,
        methods == null ? List.of() : methods,
        Optional.ofNullable(applicationCredentialId),
        Instant.EPOCH.plus(issuedAtMicros, ChronoUnit.MICROS),
        Instant.EPOCH.plus(expiresAtMicros, ChronoUnit.MICROS));
  }

  private static void requireNamed(Claims.Named named) {
    Objects.requireNonNull(named);
    Objects.requireNonNull(named.id());
    Objects.requireNonNull(named.name());
  }
}
