/** Tests of configdrive. */
@NullMarked
package io.virga.computeagent.configdrive;

import org.jspecify.annotations.NullMarked;
