/** Trunks: ports whose interface also carries others' packets. */
@NullMarked
package io.virga.control.network.trunk;

import org.jspecify.annotations.NullMarked;
