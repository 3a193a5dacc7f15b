/** The image service over a real database, a small object store and the real qemu-img. */
@NullMarked
package io.virga.control.image;

import org.jspecify.annotations.NullMarked;
