package io.virga.netagent.openflow;

import io.virga.netagent.octets.Octets;
import java.util.List;
import java.util.Optional;

/** What is done with a packet (OpenFlow 1.5.1 §7.2.6 and Nicira's {@code NXAST_*}). */
public sealed interface Action {

  /** Sends it out of a port. */
  record Output(int port, int maxLengthBytes) implements Action {

    public Output(int port) {
      this(port, port == OpenFlow.PORT_CONTROLLER ? 0xffff : 0);
    }
  }

  /** Sets a field, or the masked bits of it. */
  record SetField(OxmEntry entry) implements Action {

    public SetField(OxmField field, long value) {
      this(OxmEntry.exact(field, value));
    }

    public SetField(OxmField field, Octets value) {
      this(new OxmEntry(field, value, Optional.empty()));
    }
  }

  /** Copies bits from one field to another. */
  record CopyField(
      int bits, OxmField source, int sourceOffset, OxmField destination, int destinationOffset)
      implements Action {

    /** The whole field. */
    public CopyField(OxmField source, OxmField destination) {
      this(source.widthBytes() * 8, source, 0, destination, 0);
    }
  }

  /** Puts an 802.1Q tag of the Ethernet type around the frame. */
  record PushVlan(int etherType) implements Action {}

  /** Takes the outermost VLAN tag away. */
  record PopVlan() implements Action {}

  /** Decrements the IP time to live; a packet that reaches 0 goes no further. */
  record DecrementTtl() implements Action {}

  /** Drops what exceeds the meter's rate. */
  record Meter(int meterId) implements Action {}

  /** Executes a group. */
  record Group(int groupId) implements Action {}

  /** Looks the packet up in another table, then goes on behind this action. */
  record Resubmit(int table) implements Action {}

  /**
   * Sends the packet to the controller.
   *
   * @param userdata comes back with the packet-in, so that the controller knows why
   * @param meterId a meter that limits it, if not already {@link Meter}
   */
  record Controller(
      int maxLengthBytes, int controllerId, Octets userdata, Optional<Integer> meterId)
      implements Action {}

  /**
   * Sends the packet through the connection tracker.
   *
   * @param recircTable where it goes on with {@code ct_state} known; {@link #NOWHERE}
   * @param actions executed in the tracker: {@link Nat}, and {@link SetField} of {@code ct_mark}
   */
  record ConnectionTrack(
      boolean commit, boolean force, Zone zone, int recircTable, List<Action> actions)
      implements Action {

    public static final int NOWHERE = 0xff;

    public ConnectionTrack {
      actions = List.copyOf(actions);
    }
  }

  /** Forgets what the connection tracker has said of the packet. */
  record ConnectionTrackClear() implements Action {}

  /** The zone of the connection tracker. */
  sealed interface Zone {

    /** A number. */
    record Fixed(int zone) implements Zone {}

    /** The low 16 bits of a field. */
    record FromField(OxmField field) implements Zone {}
  }

  /**
   * Translates addresses, within {@link ConnectionTrack}.
   *
   * @param range to which addresses; empty to apply the translation that the connection has
   */
  record Nat(int flags, Optional<NatRange> range) implements Action {

    public static final int SOURCE = 1;
    public static final int DESTINATION = 2;
  }

  /** IPv4 addresses, and ports where {@code portMin} is not 0. */
  record NatRange(int addressMin, int addressMax, int portMin, int portMax) {}

  /** One clause of a conjunctive match. */
  record Conjunction(int clause, int clauses, int id) implements Action {}

  /** An action that the agent never makes, as it is on the wire. */
  record Opaque(Octets wire) implements Action {}
}
