/** Who sends a request, and what he may do. */
@NullMarked
package io.virga.objectstore.swift.auth;

import org.jspecify.annotations.NullMarked;
