/** The rings of a home: their builders, and changing them. */
@NullMarked
package io.virga.control.operator.ring;

import org.jspecify.annotations.NullMarked;
