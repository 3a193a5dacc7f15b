package io.virga.objectstore.http.server;

import java.time.Duration;

/**
 * How long a client is waited for.
 *
 * @param idle until it sends a request, goes on with a body, or takes more of a reply
 * @param linger until it has sent the rest of a body that nobody wants
 */
record Patience(Duration idle, Duration linger) {

  static final Patience DEFAULT = new Patience(Duration.ofSeconds(75), Duration.ofSeconds(30));
}
