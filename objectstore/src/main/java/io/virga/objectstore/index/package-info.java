/**
 * The index of a device in RocksDB: objects by hash, containers and listings in order. It is
 * written without a log of its own; the journal position that it holds says from where to replay.
 */
@NullMarked
package io.virga.objectstore.index;

import org.jspecify.annotations.NullMarked;
