@NullMarked
package io.virga.dataplane.limit;

import org.jspecify.annotations.NullMarked;
