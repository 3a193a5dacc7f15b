package io.virga.objectstore.store;

import io.virga.objectstore.record.Content;

/**
 * Bytes that have come and been written, though not yet committed.
 *
 * @param md5 in hexadecimal
 */
public record Received(Content content, long sizeBytes, String md5) {}
