/** Tests of the whole node. */
@NullMarked
package io.virga.objectstore;

import org.jspecify.annotations.NullMarked;
