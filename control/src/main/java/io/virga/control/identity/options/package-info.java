/** Exceptions of single users from the rules for passwords, and what more they must show. */
@NullMarked
package io.virga.control.identity.options;

import org.jspecify.annotations.NullMarked;
