/** How storing can fail, apart from what a client asked wrongly. */
@NullMarked
package io.virga.objectstore.failure;

import org.jspecify.annotations.NullMarked;
