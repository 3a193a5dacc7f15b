/** What every part of the data planes leans on. */
@NullMarked
package io.virga.dataplane;

import org.jspecify.annotations.NullMarked;
