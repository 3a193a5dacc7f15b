package io.virga.computeagent.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.virga.computeagent.libvirt.DomainStatus.Phase;
import java.util.Optional;

/**
 * {@code virDomainGetState}, which libvirt-java leaves out: the reason of a state tells a guest
 * that switched itself off from one that was ended. The numbers are those of {@code
 * libvirt-domain.h}.
 */
final class DomainStateCall {

  private static final int STATE_RUNNING = 1;
  private static final int STATE_BLOCKED = 2;
  private static final int STATE_PAUSED = 3;
  private static final int STATE_SHUTDOWN = 4;
  private static final int STATE_SHUTOFF = 5;
  private static final int STATE_CRASHED = 6;

  private static final int PAUSED_IO_ERROR = 5;
  private static final int SHUTOFF_SHUTDOWN = 1;

  private final Calls calls = Native.load("virt", Calls.class);

  /** The phase of a domain, empty if there is none. */
  Optional<Phase> phase(Pointer connection, String uuid) {
    Pointer domain = calls.virDomainLookupByUUIDString(connection, uuid);
    if (domain == null) {
      return Optional.empty();
    }
    try {
      IntByReference state = new IntByReference();
      IntByReference reason = new IntByReference();
      if (calls.virDomainGetState(domain, state, reason, 0) < 0) {
        return Optional.empty();
      }
      return Optional.of(phase(state.getValue(), reason.getValue()));
    } finally {
      calls.virDomainFree(domain);
    }
  }

  private static Phase phase(int state, int reason) {
    return switch (state) {
      case STATE_RUNNING, STATE_BLOCKED -> Phase.RUNNING;
      case STATE_PAUSED -> reason == PAUSED_IO_ERROR ? Phase.PAUSED_BY_DISK : Phase.PAUSED;
      case STATE_SHUTDOWN -> Phase.ENDING;
      case STATE_SHUTOFF -> reason == SHUTOFF_SHUTDOWN ? Phase.OFF_BY_GUEST : Phase.OFF;
      case STATE_CRASHED -> Phase.CRASHED;
      default -> Phase.PAUSED;
    };
  }

  /** The native functions; JNA needs the interface public within its class loader. */
  interface Calls extends Library {
    Pointer virDomainLookupByUUIDString(Pointer connection, String uuid);

    int virDomainGetState(Pointer domain, IntByReference state, IntByReference reason, int flags);

    int virDomainFree(Pointer domain);
  }
}
