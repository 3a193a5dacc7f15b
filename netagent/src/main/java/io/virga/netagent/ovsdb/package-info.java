/** OVSDB (RFC 7047): JSON-RPC framing, messages, and a client over the database's unix socket. */
@NullMarked
package io.virga.netagent.ovsdb;

import org.jspecify.annotations.NullMarked;
