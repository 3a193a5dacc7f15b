/** The HTTP/1.1 server before both APIs: connections, requests in their order, and replies. */
@NullMarked
package io.virga.objectstore.http.server;

import org.jspecify.annotations.NullMarked;
