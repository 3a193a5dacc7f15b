/** How servers come to be, change and go. */
@NullMarked
package io.virga.control.compute.server;

import org.jspecify.annotations.NullMarked;
