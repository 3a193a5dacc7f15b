package io.virga.control.operator.supervise;

/**
 * What is shown of one process.
 *
 * @param pid 0 when it does not run
 * @param restarts since the supervisor started
 * @param since when it entered its state, in milliseconds since 1970
 */
public record ChildStatus(
    String name, ChildState state, String detail, long pid, int restarts, long since) {}
