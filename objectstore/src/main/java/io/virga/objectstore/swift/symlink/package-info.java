/** Objects that stand for others. */
@NullMarked
package io.virga.objectstore.swift.symlink;

import org.jspecify.annotations.NullMarked;
