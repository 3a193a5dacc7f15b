/** The volume service, {@code /volume/v3}. */
@NullMarked
package io.virga.control.volume;

import org.jspecify.annotations.NullMarked;
