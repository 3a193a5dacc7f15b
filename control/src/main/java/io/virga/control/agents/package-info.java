/** The listener that the data planes connect to, by mutual TLS: watch, observed, token. */
@NullMarked
package io.virga.control.agents;

import org.jspecify.annotations.NullMarked;
