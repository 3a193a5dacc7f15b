package io.virga.control.volume.model;

import java.time.Instant;
import java.util.UUID;

/**
 * Snapshots of the volumes of a group.
 *
 * @param groupTypeId the type of the group
 * @param status Cinder's word for how it is
 */
public record GroupSnapshot(
    UUID id,
    String projectId,
    String userId,
    VolumeGroup.Named named,
    UUID groupId,
    UUID groupTypeId,
    String status,
    Instant createdAt) {}
