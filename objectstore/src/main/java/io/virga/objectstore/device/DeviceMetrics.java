package io.virga.objectstore.device;

/** Is told what a device does; must not block. */
public interface DeviceMetrics {

  /** A commit group became durable. */
  void committed(int changes, long nanos);

  /** Bytes that were read from data segments. */
  void read(long bytes);

  /** A block that was not what had been written. */
  void damaged();

  /** Tells nobody. */
  static DeviceMetrics none() {
    return new DeviceMetrics() {
      @Override
      public void committed(int changes, long nanos) {}

      @Override
      public void read(long bytes) {}

      @Override
      public void damaged() {}
    };
  }
}
