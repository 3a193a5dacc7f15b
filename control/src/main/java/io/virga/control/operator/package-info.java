/** The operator's command line, {@code ./virga}. */
@NullMarked
package io.virga.control.operator;

import org.jspecify.annotations.NullMarked;
