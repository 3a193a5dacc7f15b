package io.virga.objectstore.store;

/**
 * Bytes that have come and been written, though not yet committed.
 *
 * @param md5 in hexadecimal
 */
public record Received(Staged content, long sizeBytes, String md5) {}
