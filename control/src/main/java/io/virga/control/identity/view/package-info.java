/** Keystone's envelopes around lists and things. */
@NullMarked
package io.virga.control.identity.view;

import org.jspecify.annotations.NullMarked;
