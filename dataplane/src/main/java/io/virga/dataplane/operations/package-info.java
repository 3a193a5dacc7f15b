/** What an operator sees of a process: health, metrics, information; on loopback only. */
@NullMarked
package io.virga.dataplane.operations;

import org.jspecify.annotations.NullMarked;
