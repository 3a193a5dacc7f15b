/** blockstore. */
@org.jspecify.annotations.NullMarked
package io.virga.blockstore;
