/** Requests from the scripts of other sites. */
@NullMarked
package io.virga.objectstore.swift.cors;

import org.jspecify.annotations.NullMarked;
