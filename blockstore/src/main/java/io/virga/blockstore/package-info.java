/** The block store: volumes with instant snapshots and clones, served over NBD. */
@org.jspecify.annotations.NullMarked
package io.virga.blockstore;
