/** Faults of the network between the hosts of one machine. */
@NullMarked
package io.virga.control.operator.lab;

import org.jspecify.annotations.NullMarked;
