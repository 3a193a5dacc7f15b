/** Where control itself asks a process of a data plane for something, over HTTP. */
@NullMarked
package io.virga.dataplane.door;

import org.jspecify.annotations.NullMarked;
