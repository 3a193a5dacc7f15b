/** This machine's own place in the external network. */
@NullMarked
package io.virga.control.operator.external;

import org.jspecify.annotations.NullMarked;
