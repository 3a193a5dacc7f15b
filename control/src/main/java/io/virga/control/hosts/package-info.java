/** The processes of the data planes: which are known, connected, and what their hosts can hold. */
@NullMarked
package io.virga.control.hosts;

import org.jspecify.annotations.NullMarked;
