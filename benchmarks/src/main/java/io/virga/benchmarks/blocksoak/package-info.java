/**
 * A block store alone, its desired state said by a stand-in for control, and clients that know what
 * they have been promised.
 */
@NullMarked
package io.virga.benchmarks.blocksoak;

import org.jspecify.annotations.NullMarked;
