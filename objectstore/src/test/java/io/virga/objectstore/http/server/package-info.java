@NullMarked
package io.virga.objectstore.http.server;

import org.jspecify.annotations.NullMarked;
