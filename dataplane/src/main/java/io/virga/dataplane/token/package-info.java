/**
 * Self-contained tokens: signed by control with Ed25519, verified on the data planes with public
 * keys alone. The text form is {@code v1.<base64url of the claims as JSON>.<base64url of the
 * signature over the first two parts>}.
 */
@NullMarked
package io.virga.dataplane.token;

import org.jspecify.annotations.NullMarked;
