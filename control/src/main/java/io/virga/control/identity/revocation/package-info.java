/** Tokens that are void before they expire, here and on the data planes. */
@NullMarked
package io.virga.control.identity.revocation;

import org.jspecify.annotations.NullMarked;
