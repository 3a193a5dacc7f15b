/** The volume service over a real database, with its agents played by the test. */
@NullMarked
package io.virga.control.volume;

import org.jspecify.annotations.NullMarked;
