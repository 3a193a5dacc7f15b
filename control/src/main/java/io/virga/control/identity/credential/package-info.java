/** EC2 key pairs and application credentials. */
@NullMarked
package io.virga.control.identity.credential;

import org.jspecify.annotations.NullMarked;
