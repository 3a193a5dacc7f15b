/** Small files that are there whole or not at all. */
@NullMarked
package io.virga.dataplane.storage;

import org.jspecify.annotations.NullMarked;
