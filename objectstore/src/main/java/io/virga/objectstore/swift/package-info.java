/** OpenStack's object storage API v1 (Swift). */
@NullMarked
package io.virga.objectstore.swift;

import org.jspecify.annotations.NullMarked;
