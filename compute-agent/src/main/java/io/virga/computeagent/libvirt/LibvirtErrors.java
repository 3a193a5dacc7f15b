package io.virga.computeagent.libvirt;

import io.virga.computeagent.libvirt.HypervisorException.Reason;
import java.util.List;
import org.libvirt.LibvirtException;

/** Sorts libvirt's errors. */
final class LibvirtErrors {

  /** What QEMU says, through libvirt, when a server or an export is not there. */
  private static final List<String> DISK_AWAY =
      List.of(
          "Failed to connect to",
          "Failed to log in to target",
          "Requested export not available",
          "Server does not have export",
          "No export with name",
          "Failed to read initial magic",
          "Failed to read option",
          "Unexpected end-of-file before all data were read");

  private LibvirtErrors() {}

  static HypervisorException of(String operation, LibvirtException e) {
    String message = operation + ": " + e.getMessage();
    return new HypervisorException(reason(e), message, e);
  }

  private static Reason reason(LibvirtException e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    if (DISK_AWAY.stream().anyMatch(message::contains)) {
      return Reason.DISK_AWAY;
    }
    if (e.getError() == null) {
      return Reason.REFUSED;
    }
    return switch (e.getError().getCode()) {
      case VIR_ERR_NO_DOMAIN -> Reason.NO_DOMAIN;
      case VIR_ERR_OPERATION_INVALID -> Reason.WRONG_STATE;
      case VIR_ERR_DEVICE_MISSING -> Reason.NO_DEVICE;
      case VIR_ERR_NO_SECRET -> Reason.NO_SECRET;
      case VIR_ERR_NO_SUPPORT -> Reason.NOT_SUPPORTED;
      case VIR_ERR_INVALID_CONN, VIR_ERR_NO_CONNECT, VIR_ERR_RPC -> Reason.AWAY;
      default -> Reason.REFUSED;
    };
  }
}
