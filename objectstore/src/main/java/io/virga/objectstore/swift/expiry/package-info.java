/** Objects that end at a time. */
@NullMarked
package io.virga.objectstore.swift.expiry;

import org.jspecify.annotations.NullMarked;
