package io.virga.computeagent.libvirt;

/**
 * The hypervisor could not do what it was asked. The message is libvirt's own and may name paths of
 * the host: it is for the log; {@link #forTenant()} is for the tenant.
 */
public final class HypervisorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** A failure of the given sort. */
  public HypervisorException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** A failure of the given sort, with what led to it. */
  public HypervisorException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The sort of failure. */
  public Reason reason() {
    return reason;
  }

  /** What a tenant may be told. */
  public String forTenant() {
    return reason.forTenant;
  }

  /** Sorts of failure. */
  public enum Reason {
    /** No connection to libvirt. */
    AWAY("The hypervisor of the instance's host does not answer; it is asked again."),
    /** There is no such domain. */
    NO_DOMAIN("The instance is not on its host."),
    /** The domain is not in a state in which this can be done. */
    WRONG_STATE("The instance is not in a state in which this can be done; it is tried again."),
    /** A disk's export does not answer, or is not there yet. */
    DISK_AWAY("A disk of the instance is not available on its host yet."),
    /** The device is not there, or not any more. */
    NO_DEVICE("The device is not part of the instance."),
    /** libvirt does not know the secret. */
    NO_SECRET("The host could not prepare a disk of the instance; it is tried again."),
    /** libvirt has no driver for it, for example none for secrets. */
    NOT_SUPPORTED("The hypervisor of the instance's host cannot do what the instance needs."),
    /** Anything else. */
    REFUSED("The hypervisor could not do what the instance needs; it is tried again.");

    private final String forTenant;

    Reason(String forTenant) {
      this.forTenant = forTenant;
    }
  }
}
