/** Roles, who has them on what, and which follow from them. */
@NullMarked
package io.virga.control.identity.roles;

import org.jspecify.annotations.NullMarked;
