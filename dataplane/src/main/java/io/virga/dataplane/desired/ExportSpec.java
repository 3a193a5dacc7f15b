package io.virga.dataplane.desired;

/**
 * One attachment's door to a volume.
 *
 * @param name {@code <volume id>.<epoch>}: never used again for another attachment
 * @param epoch counts the attachments of the volume; from 1
 */
public record ExportSpec(String name, long epoch, boolean readOnly) {}
