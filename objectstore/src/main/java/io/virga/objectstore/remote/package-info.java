/**
 * Replicas on other nodes: what a coordinator asks of them over the peer protocol, and what a node
 * answers with its own devices.
 */
@NullMarked
package io.virga.objectstore.remote;

import org.jspecify.annotations.NullMarked;
