package io.virga.control.volume.model;

import java.time.Instant;
import java.util.UUID;

/**
 * A volume that its project offers to another.
 *
 * @param noSnapshots the volume goes without its snapshots
 * @param keySha256 of the key by which it is accepted, in hexadecimal
 */
public record VolumeTransfer(
    UUID id,
    String projectId,
    UUID volumeId,
    String name,
    boolean noSnapshots,
    String keySha256,
    Instant createdAt) {}
