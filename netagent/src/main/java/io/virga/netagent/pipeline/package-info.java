/** What the switch shall do, as a pure function of what is desired of the host. */
@NullMarked
package io.virga.netagent.pipeline;

import org.jspecify.annotations.NullMarked;
