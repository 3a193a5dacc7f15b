/**
 * Versions of objects, as both APIs have them. Every version is an object of its own in a hidden
 * container, named so that a listing is in their order, newest first; the plain path holds a link
 * to the current one. A write makes the version first and the link then: cut between the two, it
 * was not acknowledged, and the next write or read of a link that leads nowhere puts the link
 * right.
 */
@NullMarked
package io.virga.objectstore.versions;

import org.jspecify.annotations.NullMarked;
