/** Tests of console. */
@NullMarked
package io.virga.computeagent.console;

import org.jspecify.annotations.NullMarked;
