/** Images' bytes in the object store. */
@NullMarked
package io.virga.control.image.objects;

import org.jspecify.annotations.NullMarked;
