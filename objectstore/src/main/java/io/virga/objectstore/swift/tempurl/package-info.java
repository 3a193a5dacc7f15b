/** URLs and forms that carry their own permission. */
@NullMarked
package io.virga.objectstore.swift.tempurl;

import org.jspecify.annotations.NullMarked;
