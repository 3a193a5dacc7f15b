/** What the host is and has: found out when the agent starts, and told to control. */
@NullMarked
package io.virga.computeagent.facts;

import org.jspecify.annotations.NullMarked;
