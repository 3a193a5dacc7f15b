/** EC2-style key pairs as the object stores know them. */
@NullMarked
package io.virga.control.identity.s3;

import org.jspecify.annotations.NullMarked;
