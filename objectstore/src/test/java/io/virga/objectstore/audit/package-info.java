/** Tests of the package. */
@NullMarked
package io.virga.objectstore.audit;

import org.jspecify.annotations.NullMarked;
