/** The block store: volumes with instant snapshots and clones, served over NBD and iSCSI. */
@org.jspecify.annotations.NullMarked
package io.virga.blockstore;
