/** The commands of {@code ./virga}. */
@NullMarked
package io.virga.control.operator.command;

import org.jspecify.annotations.NullMarked;
