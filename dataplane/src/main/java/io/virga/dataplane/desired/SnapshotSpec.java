package io.virga.dataplane.desired;

/** A snapshot of a volume on the same blockstore, taken once when it is first seen. */
public record SnapshotSpec(String id, long generation, Presence presence, String volumeId)
    implements DesiredState {}
