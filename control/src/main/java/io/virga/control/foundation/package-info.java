/** What every API of control is given at start. */
@NullMarked
package io.virga.control.foundation;

import org.jspecify.annotations.NullMarked;
