package io.virga.blockstore.engine;

import io.virga.blockstore.journal.JournalRecord.VolumeKind;

/**
 * What a pool tells of a volume.
 *
 * @param allocatedBytes what it refers to, shared or not, without its image
 * @param fetched whether nothing is left to fetch from its image
 */
public record VolumeInfo(
    VolumeKind kind, String name, long sizeBytes, long allocatedBytes, boolean fetched) {}
