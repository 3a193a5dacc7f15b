/** How every service starts, shows itself and stops. */
@NullMarked
package io.virga.dataplane.process;

import org.jspecify.annotations.NullMarked;
