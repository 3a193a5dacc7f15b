/** Checkpoints of a pool: its volumes and their maps as of one journal sequence, in RocksDB. */
@NullMarked
package io.virga.blockstore.catalogue;

import org.jspecify.annotations.NullMarked;
