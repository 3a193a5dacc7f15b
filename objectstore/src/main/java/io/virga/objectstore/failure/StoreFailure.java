package io.virga.objectstore.failure;

/** Storing or reading failed for a reason that is not the client's. */
public sealed class StoreFailure extends RuntimeException {

  private StoreFailure(String message) {
    super(message);
  }

  private StoreFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** There is no room for more data. Reading and deleting go on. */
  public static final class DeviceFull extends StoreFailure {
    public DeviceFull(String message) {
      super(message);
    }
  }

  /** The device failed to make a write durable, or was closed, and takes nothing more. */
  public static final class DeviceStopped extends StoreFailure {
    public DeviceStopped(String message) {
      super(message);
    }

    public DeviceStopped(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Reading or writing one file failed. */
  public static final class DeviceError extends StoreFailure {
    public DeviceError(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** What was read is not what was written. */
  public static final class DamagedData extends StoreFailure {
    public DamagedData(String message) {
      super(message);
    }
  }

  /** Too much is waiting already; the client may try again. */
  public static final class Overloaded extends StoreFailure {
    public Overloaded(String message) {
      super(message);
    }
  }

  /** Too few replicas can be reached; the client may try again. */
  public static final class Unavailable extends StoreFailure {
    public Unavailable(String message) {
      super(message);
    }
  }
}
