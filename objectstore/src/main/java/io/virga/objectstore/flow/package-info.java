/** Bodies that come from connections and go to them, kept within bounds. */
@NullMarked
package io.virga.objectstore.flow;

import org.jspecify.annotations.NullMarked;
