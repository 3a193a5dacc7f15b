/** How routers, floating IPs and port forwardings come to be, change and go. */
@NullMarked
package io.virga.control.network.router;

import org.jspecify.annotations.NullMarked;
