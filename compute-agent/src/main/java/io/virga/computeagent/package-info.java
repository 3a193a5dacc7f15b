/** compute-agent. */
@org.jspecify.annotations.NullMarked
package io.virga.computeagent;
