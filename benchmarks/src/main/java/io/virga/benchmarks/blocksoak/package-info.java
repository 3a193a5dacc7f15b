/** A load on a block store of clients that know what they have been promised. */
@NullMarked
package io.virga.benchmarks.blocksoak;

import org.jspecify.annotations.NullMarked;
