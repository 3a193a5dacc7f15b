/** The processes of a cloud: their command lines, probes and settings. */
@NullMarked
package io.virga.control.operator.launch;

import org.jspecify.annotations.NullMarked;
