/**
 * What control wants of a host: one immutable record for each kind of thing, as it travels on the
 * watch stream. A record is complete in itself: an agent needs nothing else to bring the thing
 * about, and may keep it on disk to work on while control is away.
 */
@NullMarked
package io.virga.dataplane.desired;

import org.jspecify.annotations.NullMarked;
