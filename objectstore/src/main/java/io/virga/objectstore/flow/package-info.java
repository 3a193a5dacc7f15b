/** Bodies that come from a connection, kept within bounds until they are asked for. */
@NullMarked
package io.virga.objectstore.flow;

import org.jspecify.annotations.NullMarked;
