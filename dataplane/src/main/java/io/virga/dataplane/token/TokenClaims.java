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
    @JsonProperty("au") @Nullable Boolean unrestricted,
    @JsonProperty("ar") @Nullable List<AccessRule> accessRules,
    @JsonProperty("t") Delegation.@Nullable Trust trust,
    @JsonProperty("iat") long issuedAtMicros,
    @JsonProperty("exp") long expiresAtMicros) {

  TokenClaims {
    Objects.requireNonNull(tokenId);
    Objects.requireNonNull(keyId);
    requireNamed(user);
    requireNamed(userDomain);
    if (trust != null) {
      Objects.requireNonNull(trust.id());
      Objects.requireNonNull(trust.trustorId());
      Objects.requireNonNull(trust.trusteeId());
    }
    if (scope != null) {
      Objects.requireNonNull(scope.type());
      requireNamed(scope.target());
      requireNamed(scope.domain());
    }
  }

  static TokenClaims of(Claims claims) {
    Delegation.@Nullable ApplicationCredential credential =
        claims.delegation().orElse(null) instanceof Delegation.ApplicationCredential some
            ? some
            : null;
    Delegation.@Nullable Trust trust =
        claims.delegation().orElse(null) instanceof Delegation.Trust some ? some : null;
    return new TokenClaims(
        claims.tokenId(),
        claims.keyId(),
        claims.user(),
        claims.userDomain(),
        claims.scope().orElse(null),
        claims.roles(),
        claims.methods(),
        credential == null ? null : credential.id(),
        credential != null && credential.unrestricted() ? Boolean.TRUE : null,
        credential == null ? null : credential.accessRules(),
        trust,
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
        delegation(),
        Instant.EPOCH.plus(issuedAtMicros, ChronoUnit.MICROS),
        Instant.EPOCH.plus(expiresAtMicros, ChronoUnit.MICROS));
  }

  private Optional<Delegation> delegation() {
    if (applicationCredentialId != null) {
      return Optional.of(
          new Delegation.ApplicationCredential(
              applicationCredentialId,
              Boolean.TRUE.equals(unrestricted),
              accessRules == null ? List.of() : accessRules));
    }
    return Optional.ofNullable(trust);
  }

  private static void requireNamed(Claims.Named named) {
    Objects.requireNonNull(named);
    Objects.requireNonNull(named.id());
    Objects.requireNonNull(named.name());
  }
}
