/** Keystone's API, version 3, put together from its parts. */
@NullMarked
package io.virga.control.identity;

import org.jspecify.annotations.NullMarked;
