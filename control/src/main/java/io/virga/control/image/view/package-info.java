/** What all of glance's replies share. */
@NullMarked
package io.virga.control.image.view;

import org.jspecify.annotations.NullMarked;
