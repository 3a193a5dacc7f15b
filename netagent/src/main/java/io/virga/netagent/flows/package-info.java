/** The difference between the flows that are desired and those that a switch holds. */
@NullMarked
package io.virga.netagent.flows;

import org.jspecify.annotations.NullMarked;
