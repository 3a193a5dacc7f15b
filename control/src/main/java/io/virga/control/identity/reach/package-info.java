/** How far a role reaches in the directory. */
@NullMarked
package io.virga.control.identity.reach;

import org.jspecify.annotations.NullMarked;
