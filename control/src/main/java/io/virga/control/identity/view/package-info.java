/**
 * Keystone's envelopes around lists and things, its filters, and its words for what is not there.
 */
@NullMarked
package io.virga.control.identity.view;

import org.jspecify.annotations.NullMarked;
