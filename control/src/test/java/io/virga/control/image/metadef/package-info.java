/** Tests of metadata definitions. */
@NullMarked
package io.virga.control.image.metadef;

import org.jspecify.annotations.NullMarked;
