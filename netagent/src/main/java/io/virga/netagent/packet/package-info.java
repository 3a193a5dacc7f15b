/**
 * Ethernet, ARP, IPv4 and IPv6, UDP, ICMP and ICMPv6, neighbour discovery and router
 * advertisements: parse and build, bounded; and the address types.
 */
@NullMarked
package io.virga.netagent.packet;

import org.jspecify.annotations.NullMarked;
