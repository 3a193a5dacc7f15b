/** Bodies that are read by libraries which know no other way than to wait for the next byte. */
@NullMarked
package io.virga.objectstore.swift.blocking;

import org.jspecify.annotations.NullMarked;
