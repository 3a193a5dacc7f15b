/** Files and slots below the engine: asynchronous file I/O, segments, and which slots are free. */
@NullMarked
package io.virga.blockstore.storage;

import org.jspecify.annotations.NullMarked;
