/** Blocks of addresses that subnets are cut from. No I/O. */
@NullMarked
package io.virga.control.network.pool;

import org.jspecify.annotations.NullMarked;
