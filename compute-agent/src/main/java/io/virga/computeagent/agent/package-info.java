/**
 * The agent itself: brings each instance's domain to its desired state, one step after another,
 * from whatever state it finds.
 */
@NullMarked
package io.virga.computeagent.agent;

import org.jspecify.annotations.NullMarked;
