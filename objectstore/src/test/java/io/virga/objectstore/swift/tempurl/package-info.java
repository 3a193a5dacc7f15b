/** Tests of the package. */
@NullMarked
package io.virga.objectstore.swift.tempurl;

import org.jspecify.annotations.NullMarked;
