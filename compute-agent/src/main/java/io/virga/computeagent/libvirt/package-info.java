/**
 * The thin seam over libvirt. Calls block, so they are made from a bounded pool of platform
 * threads; libvirt may go away and come back at any time, and guests do not notice.
 */
@NullMarked
package io.virga.computeagent.libvirt;

import org.jspecify.annotations.NullMarked;
