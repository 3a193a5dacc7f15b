/**
 * Consoles. QEMU appends what a guest writes to its serial line to a log of its own; this package
 * reads the end of it, keeps it within bounds, and shows it to control alone. It also joins control
 * to the line itself and to the guest's screen.
 */
@NullMarked
package io.virga.computeagent.console;

import org.jspecify.annotations.NullMarked;
