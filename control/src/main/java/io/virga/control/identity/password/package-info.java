/** Hashing and checking of passwords. */
@NullMarked
package io.virga.control.identity.password;

import org.jspecify.annotations.NullMarked;
