/**
 * Domain XML: what libvirt is told of an instance, as a pure function of its desired state and the
 * host's facts, and what is read back of a domain that is there.
 */
@NullMarked
package io.virga.computeagent.domain;

import org.jspecify.annotations.NullMarked;
