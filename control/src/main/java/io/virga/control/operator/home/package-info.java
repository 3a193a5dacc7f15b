/** The folder that holds the whole state of one cloud on one machine, and what its files say. */
@NullMarked
package io.virga.control.operator.home;

import org.jspecify.annotations.NullMarked;
