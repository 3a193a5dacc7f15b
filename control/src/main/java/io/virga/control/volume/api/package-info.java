/** The resources of cinder's v3 API. */
@NullMarked
package io.virga.control.volume.api;

import org.jspecify.annotations.NullMarked;
