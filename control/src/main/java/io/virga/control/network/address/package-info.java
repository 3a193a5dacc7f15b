/** IPv4 and IPv6 addresses, blocks of them, and MAC addresses, as numbers and as text. */
@NullMarked
package io.virga.control.network.address;

import org.jspecify.annotations.NullMarked;
