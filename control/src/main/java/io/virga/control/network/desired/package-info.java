/** What the hosts' network agents are told, derived from the tables. */
@NullMarked
package io.virga.control.network.desired;

import org.jspecify.annotations.NullMarked;
