/** Config drives: a small read-only file system from which a guest reads its metadata. */
@NullMarked
package io.virga.computeagent.configdrive;

import org.jspecify.annotations.NullMarked;
