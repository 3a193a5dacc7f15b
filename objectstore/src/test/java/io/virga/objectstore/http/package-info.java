@NullMarked
package io.virga.objectstore.http;

import org.jspecify.annotations.NullMarked;
