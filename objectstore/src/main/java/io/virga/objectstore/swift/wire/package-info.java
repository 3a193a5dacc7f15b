/** What Swift's requests and replies have in common: paths, headers, limits, errors. */
@NullMarked
package io.virga.objectstore.swift.wire;

import org.jspecify.annotations.NullMarked;
