/** From a request to a handler and back: routes, checked JSON bodies, paging, replies. */
@NullMarked
package io.virga.control.http;

import org.jspecify.annotations.NullMarked;
