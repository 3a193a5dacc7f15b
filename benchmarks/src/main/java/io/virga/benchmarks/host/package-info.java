/** This machine, as a measurement sees it: cores, processes, the device below a directory. */
@NullMarked
package io.virga.benchmarks.host;

import org.jspecify.annotations.NullMarked;
