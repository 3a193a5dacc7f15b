/** Which services there are and where. */
@NullMarked
package io.virga.control.identity.catalog;

import org.jspecify.annotations.NullMarked;
