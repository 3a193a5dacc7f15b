/** The API of roles: which there are, which imply which, and who has them on what. */
@NullMarked
package io.virga.control.identity.assignment;

import org.jspecify.annotations.NullMarked;
