/** Tests of facts. */
@NullMarked
package io.virga.computeagent.facts;

import org.jspecify.annotations.NullMarked;
