/** Tests of the package. */
@NullMarked
package io.virga.objectstore.s3.form;

import org.jspecify.annotations.NullMarked;
