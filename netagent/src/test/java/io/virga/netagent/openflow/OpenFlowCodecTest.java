package io.virga.netagent.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpenFlowCodecTest {

  private static final Octets DATA = Octets.ofHex("0102030405");

  private static Flow flow() {
    Match match =
        Match.ANY
            .with(OxmField.register(14), 7)
            .with(OxmField.ETH_TYPE, 0x0800)
            .with(OxmField.IPV4_SRC, 0x0a000000L, 0xffffff00L)
            .with(OxmField.CT_STATE, 0x21, 0x21);
    List<Action> actions =
        List.of(
            new Action.SetField(OxmField.METADATA, 4711),
            new Action.SetField(
                OxmEntry.masked(OxmField.register(10), Octets.ofLong(1, 4), Octets.ofLong(1, 4))),
            new Action.CopyField(OxmField.ETH_SRC, OxmField.ETH_DST),
            new Action.PopVlan(),
            new Action.PushVlan(0x8100),
            new Action.DecrementTtl(),
            new Action.Meter(3),
            new Action.Group(9),
            new Action.Resubmit(12),
            new Action.Conjunction(1, 2, 77),
            new Action.Controller(1500, 0, Octets.ofHex("01"), Optional.empty()),
            new Action.Controller(0xffff, 2, Octets.EMPTY, Optional.of(4)),
            new Action.ConnectionTrack(
                true,
                false,
                new Action.Zone.FromField(OxmField.register(13)),
                255,
                List.of(
                    new Action.SetField(OxmField.CT_MARK, 1),
                    new Action.Nat(
                        Action.Nat.SOURCE,
                        Optional.of(new Action.NatRange(0x0a000001, 0x0a000002, 1024, 2048))))),
            new Action.ConnectionTrack(
                false,
                false,
                new Action.Zone.Fixed(5),
                71,
                List.of(new Action.Nat(0, Optional.empty()))),
            new Action.ConnectionTrackClear(),
            new Action.Output(OpenFlow.PORT_IN_PORT),
            new Action.Opaque(Octets.ofHex("00140008deadbeef")));
    return new Flow(new FlowKey(20, 100, match), 42, actions, OptionalInt.of(30));
  }

  static Stream<Message> messages() {
    Message.FlowMod add = new Message.FlowMod(Message.FlowCommand.ADD, flow());
    return Stream.of(
        new Message.Hello(),
        new Message.ErrorReport(4, 2, DATA),
        new Message.EchoRequest(DATA),
        new Message.EchoReply(Octets.EMPTY),
        new Message.FeaturesRequest(),
        new Message.FeaturesReply(0x123456789abcL, 0, 254),
        new Message.SetConfig(0, 0xffff),
        new Message.BarrierRequest(),
        new Message.BarrierReply(),
        add,
        new Message.PacketOut(OpenFlow.PORT_CONTROLLER, List.of(new Action.Output(3)), DATA),
        new Message.PacketIn(DATA, 12, 99, Match.ANY.with(OxmField.IN_PORT, 3), Octets.ofHex("01")),
        new Message.FlowDescRequest(255, Optional.empty()),
        new Message.FlowDescRequest(71, Optional.of(0x5649524741000047L)),
        new Message.TableStatsRequest(),
        new Message.TableStatsReply(
            List.of(new Message.TableSize(0, 7), new Message.TableSize(253, 50_000)), true),
        new Message.FlowDescReply(List.of(flow(), flow()), true),
        new Message.MeterConfigRequest(),
        new Message.MeterConfigReply(List.of(new Message.MeterConfig(1, true, 10, 20)), false),
        new Message.MeterMod(
            Message.MeterCommand.ADD, new Message.MeterConfig(1, false, 1000, 100)),
        new Message.BundleControl(5, Message.BundleStep.COMMIT_REQUEST),
        new Message.BundleAdd(5, add),
        new Message.SetPacketInFormat(),
        new Message.ConnectionTrackFlushZone(17),
        new Message.ConnectionTrackFlush(0x8001, Message.TupleDirection.REPLY, 0x0a010102, 0, 0),
        new Message.ConnectionTrackFlush(
            0x8001, Message.TupleDirection.ORIGINAL, 0x0a010102, 6, 2222),
        new Message.Other(12, DATA));
  }

  private static ByteBuf encoded(Message message) {
    ByteBuf out = Unpooled.buffer();
    OpenFlowCodec.encode(new Frame(77, message), out);
    return out;
  }

  @Test
  void forgetsConnectionsInTheSameWordsAsOvsOfctl() {
    ByteBuf bytes =
        encoded(
            new Message.ConnectionTrackFlush(
                0x8001, Message.TupleDirection.ORIGINAL, 0x0a010102, 0, 0));
    assertThat(ByteBufUtil.hexDump(bytes))
        .as("ovs-ofctl ct-flush BRIDGE zone=32769 ct_nw_dst=10.1.1.2")
        .isEqualTo(
            "060400400000004d00002320000000200000000000000000"
                + "00000020000000000001001400000000000000000000ffff0a01010200000000"
                + "0002000880010000");
    ByteBuf withPort =
        encoded(
            new Message.ConnectionTrackFlush(
                0x8001, Message.TupleDirection.REPLY, 0x0a010102, 6, 2222));
    assertThat(ByteBufUtil.hexDump(withPort))
        .as("ovs-ofctl ct-flush BRIDGE zone=32769 '' ct_nw_dst=…,ct_nw_proto=6,ct_tp_dst=2222")
        .isEqualTo(
            "060400480000004d0000232000000020060000000000000000010028000000000001001400000000"
                + "000000000000ffff0a010102000000000003000808ae00000002000880010000");
  }

  @ParameterizedTest
  @MethodSource("messages")
  void decodesWhatItEncodes(Message message) {
    ByteBuf bytes = encoded(message);
    assertThat(OpenFlowCodec.decode(bytes, Limits.DEFAULT))
        .isEqualTo(new Decoded.Complete<>(new Frame(77, message)));
    assertThat(bytes.readableBytes()).isZero();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void asksForMoreOfEveryPrefix(Message message) {
    ByteBuf bytes = encoded(message);
    for (int length = 0; length < bytes.readableBytes(); length++) {
      ByteBuf prefix = bytes.slice(0, length);
      assertThat(OpenFlowCodec.decode(prefix, Limits.DEFAULT)).isEqualTo(new Decoded.NeedMore<>());
      assertThat(prefix.readerIndex()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void survivesEveryChangedByte(Message message) {
    ByteBuf bytes = encoded(message);
    for (int index = 0; index < bytes.readableBytes(); index++) {
      ByteBuf changed = bytes.copy();
      changed.setByte(index, ~changed.getByte(index));
      assertThat(OpenFlowCodec.decode(changed, Limits.DEFAULT)).isNotNull();
    }
  }

  @Test
  void writesAFlowModAsTheSpecificationSays() {
    Flow flow =
        new Flow(
            new FlowKey(1, 2, Match.ANY.with(OxmField.IN_PORT, 3)),
            4,
            List.of(new Action.Output(5)),
            OptionalInt.of(6));
    ByteBuf out = encoded(new Message.FlowMod(Message.FlowCommand.ADD, flow));
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    assertThat(Octets.copyOf(bytes))
        .hasToString(
            "060e00600000004d"
                + "00000000000000040000000000000000"
                + "0100000000000002ffffffffffffffffffffffff00000000"
                + "0001000c8000000400000003"
                + "00000000"
                + "0004001800000000"
                + "00000010000000050000000000000000"
                + "0001000806000000");
  }

  @Test
  void refusesAMessageBeyondTheLimit() {
    ByteBuf bytes = encoded(new Message.EchoRequest(DATA));
    assertThat(OpenFlowCodec.decode(bytes, new Limits(12))).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void refusesAnotherVersion() {
    ByteBuf bytes = encoded(new Message.BarrierReply());
    bytes.setByte(0, 4);
    assertThat(OpenFlowCodec.decode(bytes, Limits.DEFAULT)).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void splitsPacketRegistersIntoRegisters() {
    OxmEntry packetRegister =
        new OxmEntry(
            new OxmField(OxmField.PACKET_REGISTERS, 7, 8),
            Octets.ofHex("0000000700000000"),
            Optional.of(Octets.ofHex("ffffffff00000000")));
    assertThat(new Match(List.of(packetRegister)))
        .isEqualTo(Match.ANY.with(OxmField.register(14), 7));
  }
}
