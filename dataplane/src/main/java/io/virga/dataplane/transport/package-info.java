/** Which event loops and channels the process runs on. */
@NullMarked
package io.virga.dataplane.transport;

import org.jspecify.annotations.NullMarked;
