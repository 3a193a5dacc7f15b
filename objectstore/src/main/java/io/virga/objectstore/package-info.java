/** objectstore. */
@org.jspecify.annotations.NullMarked
package io.virga.objectstore;
