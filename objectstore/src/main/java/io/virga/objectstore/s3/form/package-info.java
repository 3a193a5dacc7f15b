/** Uploads by HTML forms: the form's parts, and the policy that allows them. */
@NullMarked
package io.virga.objectstore.s3.form;

import org.jspecify.annotations.NullMarked;
