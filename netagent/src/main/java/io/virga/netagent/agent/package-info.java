/**
 * The loop that makes the switch be as desired: wiring, reconciling, answering packet-ins,
 * reporting.
 */
@NullMarked
package io.virga.netagent.agent;

import org.jspecify.annotations.NullMarked;
