/** Logging in: from passwords, tokens and application credentials to signed tokens. */
@NullMarked
package io.virga.control.identity.token;

import org.jspecify.annotations.NullMarked;
