/**
 * Names of ports for guests: what is known of a network is answered, all else is asked elsewhere.
 */
@NullMarked
package io.virga.netagent.dns;

import org.jspecify.annotations.NullMarked;
