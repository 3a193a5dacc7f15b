/** Objects whose earlier states are kept. */
@NullMarked
package io.virga.objectstore.swift.versions;

import org.jspecify.annotations.NullMarked;
