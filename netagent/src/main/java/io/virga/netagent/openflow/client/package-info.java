/** A session with a switch over its management socket: handshake, requests, bundles, packet-ins. */
@NullMarked
package io.virga.netagent.openflow.client;

import org.jspecify.annotations.NullMarked;
