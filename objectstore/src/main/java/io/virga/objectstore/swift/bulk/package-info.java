/** Many objects by one request. */
@NullMarked
package io.virga.objectstore.swift.bulk;

import org.jspecify.annotations.NullMarked;
