package io.virga.control.compute.model;

import java.time.Instant;

/**
 * A public key of a user.
 *
 * @param type {@code ssh} or {@code x509}
 */
public record KeyPair(
    String userId,
    String name,
    String type,
    String publicKey,
    String fingerprint,
    Instant createdAt) {}
