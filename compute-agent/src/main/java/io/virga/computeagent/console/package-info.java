/**
 * Serial consoles. QEMU appends what a guest writes to a log of its own; this package reads the end
 * of it, keeps it within bounds, and shows it to control alone.
 */
@NullMarked
package io.virga.computeagent.console;

import org.jspecify.annotations.NullMarked;
