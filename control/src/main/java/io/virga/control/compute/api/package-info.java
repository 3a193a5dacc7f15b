/** The routes of Nova's v2.1 API. */
@NullMarked
package io.virga.control.compute.api;

import org.jspecify.annotations.NullMarked;
