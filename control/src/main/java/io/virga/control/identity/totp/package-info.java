/** Passcodes that change with the time. */
@NullMarked
package io.virga.control.identity.totp;

import org.jspecify.annotations.NullMarked;
