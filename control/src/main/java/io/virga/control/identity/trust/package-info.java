/** Trusts: a user's roles in the hands of another. */
@NullMarked
package io.virga.control.identity.trust;

import org.jspecify.annotations.NullMarked;
