/** Limits of what accounts and containers may hold. */
@NullMarked
package io.virga.objectstore.swift.quota;

import org.jspecify.annotations.NullMarked;
