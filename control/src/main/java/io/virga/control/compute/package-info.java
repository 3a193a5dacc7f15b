/** The compute service, {@code /compute/v2.1}, and its scheduler. */
@NullMarked
package io.virga.control.compute;

import org.jspecify.annotations.NullMarked;
