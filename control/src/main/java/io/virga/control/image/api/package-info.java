/** The resources of glance's v2 API. */
@NullMarked
package io.virga.control.image.api;

import org.jspecify.annotations.NullMarked;
