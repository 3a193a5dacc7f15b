/** IPv4 addresses, networks and MAC addresses, as numbers and as text. */
@NullMarked
package io.virga.control.network.address;

import org.jspecify.annotations.NullMarked;
