/** The trail of who logged in and who changed what. */
@NullMarked
package io.virga.control.audit;

import org.jspecify.annotations.NullMarked;
