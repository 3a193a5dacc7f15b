/** Objects: how they are read, written, copied and put together, for one request or for many. */
@NullMarked
package io.virga.objectstore.swift.object;

import org.jspecify.annotations.NullMarked;
