package io.virga.control.watch;

/**
 * The process at the other end of the agents' listener, as its certificate says.
 *
 * @param service {@code objectstore}, {@code blockstore}, {@code netagent} or {@code compute-agent}
 */
public record Agent(String service, String host) {}
