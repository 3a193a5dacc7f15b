/** Tests of the agent. */
@NullMarked
package io.virga.computeagent.agent;

import org.jspecify.annotations.NullMarked;
