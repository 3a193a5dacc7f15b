package io.virga.objectstore.device;

/** What a device can do. Up and Full change into each other; Stopped is for good. */
public sealed interface DeviceState {

  /** Reads and writes. */
  record Up() implements DeviceState {}

  /** Reads and deletes. */
  record Full(String reason) implements DeviceState {}

  /** Reads at most: a write could not be made durable. */
  record Stopped(String reason) implements DeviceState {}
}
