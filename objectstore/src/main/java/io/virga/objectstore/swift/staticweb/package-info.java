/** Containers as web sites. */
@NullMarked
package io.virga.objectstore.swift.staticweb;

import org.jspecify.annotations.NullMarked;
