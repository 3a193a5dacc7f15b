/** DHCPv6 (RFC 8415): what guests of an IPv6 subnet are told when they ask. */
@NullMarked
package io.virga.netagent.dhcpv6;

import org.jspecify.annotations.NullMarked;
