package io.virga.netagent.openflow;

import io.virga.netagent.octets.Octets;
import java.util.List;
import java.util.Optional;

/** The messages of OpenFlow 1.5 that the agent sends or understands. */
public sealed interface Message {

  /** Opens a connection; only version 1.5 is offered. */
  record Hello() implements Message {}

  /** A request that failed, with the beginning of it. */
  record ErrorReport(int type, int code, Octets data) implements Message {}

  record EchoRequest(Octets data) implements Message {}

  record EchoReply(Octets data) implements Message {}

  record FeaturesRequest() implements Message {}

  record FeaturesReply(long datapathId, int buffers, int tables) implements Message {}

  /** How much of a packet is sent to the controller; 0 turns off every asynchronous message. */
  record SetConfig(int flags, int missSendLengthBytes) implements Message {}

  record BarrierRequest() implements Message {}

  record BarrierReply() implements Message {}

  /** Commands of {@link FlowMod}. */
  enum FlowCommand {
    ADD,
    MODIFY,
    MODIFY_STRICT,
    DELETE,
    DELETE_STRICT
  }

  /** Changes the flow table; {@code DELETE} in table 255 is in all tables. */
  record FlowMod(FlowCommand command, Flow flow) implements Message {}

  /** A packet that the controller sends. */
  record PacketOut(int inPort, List<Action> actions, Octets packet) implements Message {

    public PacketOut {
      actions = List.copyOf(actions);
    }
  }

  /**
   * A packet for the controller ({@code NXT_PACKET_IN2}).
   *
   * @param metadata in_port, metadata and registers as they were
   */
  record PacketIn(Octets packet, int tableId, long cookie, Match metadata, Octets userdata)
      implements Message {}

  /**
   * Asks for the flows of a table, 255 for all.
   *
   * @param cookie only those that have it; a switch finds them without looking at the others
   */
  record FlowDescRequest(int table, Optional<Long> cookie) implements Message {}

  /** Some of the flows; {@code more} if further replies follow. */
  record FlowDescReply(List<Flow> flows, boolean more) implements Message {

    public FlowDescReply {
      flows = List.copyOf(flows);
    }
  }

  /** Asks how many flows each table holds. */
  record TableStatsRequest() implements Message {}

  /** How many flows tables hold; {@code more} if further replies follow. */
  record TableStatsReply(List<TableSize> sizes, boolean more) implements Message {

    public TableStatsReply {
      sizes = List.copyOf(sizes);
    }
  }

  /** How many flows a table holds. */
  record TableSize(int table, int flows) {}

  /** Asks for all meters. */
  record MeterConfigRequest() implements Message {}

  /** Some of the meters. */
  record MeterConfigReply(List<MeterConfig> meters, boolean more) implements Message {

    public MeterConfigReply {
      meters = List.copyOf(meters);
    }
  }

  /** A meter with one band that drops what is above the rate. */
  record MeterConfig(int meterId, boolean packets, int rate, int burst) {}

  /** Commands of {@link MeterMod}. */
  enum MeterCommand {
    ADD,
    MODIFY,
    DELETE
  }

  record MeterMod(MeterCommand command, MeterConfig meter) implements Message {}

  /** Steps of a bundle, in the order of their numbers on the wire. */
  enum BundleStep {
    OPEN_REQUEST,
    OPEN_REPLY,
    CLOSE_REQUEST,
    CLOSE_REPLY,
    COMMIT_REQUEST,
    COMMIT_REPLY,
    DISCARD_REQUEST,
    DISCARD_REPLY
  }

  /** An atomic and ordered bundle: all of it takes effect at once, or nothing does. */
  record BundleControl(int bundleId, BundleStep step) implements Message {}

  record BundleAdd(int bundleId, FlowMod mod) implements Message {}

  /** Chooses {@link PacketIn} as the form of packet-ins. */
  record SetPacketInFormat() implements Message {}

  /** Forgets every connection of a zone of the connection tracker. */
  record ConnectionTrackFlushZone(int zone) implements Message {}

  /** The two tuples by which a connection is known, in the order of their numbers on the wire. */
  enum TupleDirection {
    ORIGINAL,
    REPLY
  }

  /**
   * Forgets the connections of a zone whose tuple of the direction has the IPv4 destination ({@code
   * NXT_CT_FLUSH}, Open vSwitch 3.1).
   *
   * @param protocol the IP protocol; 0 for all
   * @param port the destination's transport port; 0 for all
   */
  record ConnectionTrackFlush(
      int zone, TupleDirection direction, int destination, int protocol, int port)
      implements Message {}

  /** A message that the agent has no use for. */
  record Other(int type, Octets body) implements Message {}
}
