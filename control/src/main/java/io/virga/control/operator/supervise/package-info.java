/** Keeps processes running: starts, watches, restarts, adopts and stops them. */
@NullMarked
package io.virga.control.operator.supervise;

import org.jspecify.annotations.NullMarked;
