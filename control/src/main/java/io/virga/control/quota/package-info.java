/** How much of each resource a project may use, counted in the transaction that claims it. */
@NullMarked
package io.virga.control.quota;

import org.jspecify.annotations.NullMarked;
