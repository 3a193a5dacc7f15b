package io.virga.dataplane.desired;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.virga.dataplane.token.Revocation;
import java.time.Instant;
import java.util.Optional;

/**
 * Tokens that are void before they expire. A token is revoked when it was issued before {@code
 * issuedBefore} and every field that is given equals the token's.
 *
 * @param delegationId of an application credential or of a trust
 * @param expiresAt after this the entry says nothing any more, since all such tokens have expired
 */
public record RevocationSpec(
    String id,
    long generation,
    Optional<String> tokenId,
    Optional<String> userId,
    Optional<String> projectId,
    @JsonProperty("applicationCredentialId") Optional<String> delegationId,
    Instant issuedBefore,
    Instant expiresAt)
    implements DesiredState, Revocation {}
