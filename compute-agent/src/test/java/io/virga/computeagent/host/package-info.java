/** A whole compute host for tests: a libvirtd, an NBD server and an Open vSwitch of its own. */
@NullMarked
package io.virga.computeagent.host;

import org.jspecify.annotations.NullMarked;
