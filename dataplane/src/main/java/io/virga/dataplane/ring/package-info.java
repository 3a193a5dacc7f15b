/**
 * The ring: which devices hold a path. A path is hashed with a secret prefix, the hash names a
 * partition, and the ring file lists the devices of each partition.
 *
 * <p>Readers use {@link Rings} and {@link Ring}. {@link RingBuilder} makes rings: {@link Shares}
 * says what each failure domain of the {@link Domains} shall hold, {@link Quotas} makes whole
 * numbers of it, and {@link FreshTable} fills a new table or {@link Rebalancer} changes one.
 */
@NullMarked
package io.virga.dataplane.ring;

import org.jspecify.annotations.NullMarked;
