/** A switch, guests and an agent process for tests with real packets. */
@NullMarked
package io.virga.netagent.lab;

import org.jspecify.annotations.NullMarked;
