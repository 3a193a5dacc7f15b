/**
 * What agents are told and what they tell: the outbox of desired state, the stream of its changes,
 * and the intake of observed state.
 */
@NullMarked
package io.virga.control.watch;

import org.jspecify.annotations.NullMarked;
