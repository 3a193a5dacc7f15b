/** The journal of map records: what a crash must not lose, in the order in which it happened. */
@NullMarked
package io.virga.blockstore.journal;

import org.jspecify.annotations.NullMarked;
