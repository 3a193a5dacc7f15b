/** DHCPv4 (RFC 2131, 2132, 3442): the codec, and the answers that guests get. */
@NullMarked
package io.virga.netagent.dhcp;

import org.jspecify.annotations.NullMarked;
