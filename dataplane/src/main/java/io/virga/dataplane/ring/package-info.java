/**
 * The ring: which devices hold a path. A path is hashed with a secret prefix, the hash names a
 * partition, and the ring file lists the devices of each partition.
 */
@NullMarked
package io.virga.dataplane.ring;

import org.jspecify.annotations.NullMarked;
