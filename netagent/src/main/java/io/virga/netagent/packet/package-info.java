/** Ethernet, ARP, IPv4, UDP and ICMP: parse and build, bounded; and the address types. */
@NullMarked
package io.virga.netagent.packet;

import org.jspecify.annotations.NullMarked;
