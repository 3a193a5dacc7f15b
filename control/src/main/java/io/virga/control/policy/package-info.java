/** Who is calling, and what a caller's roles open. */
@NullMarked
package io.virga.control.policy;

import org.jspecify.annotations.NullMarked;
