/** What lets other tests run the replicator. */
@NullMarked
package io.virga.objectstore.replicator;

import org.jspecify.annotations.NullMarked;
