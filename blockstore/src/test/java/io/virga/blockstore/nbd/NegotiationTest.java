package io.virga.blockstore.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.virga.blockstore.device.CheckedBlockDevice;
import io.virga.blockstore.device.MemoryDevice;
import io.virga.blockstore.export.Budget;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told and agreed on before the first request. */
class NegotiationTest {

  private final ExportTable exports = new ExportTable();

  @TempDir Path directory;

  private Door door(Optional<TlsEntrance> tls, boolean required) {
    for (String host : List.of("here", "there")) {
      CheckedBlockDevice device =
          new CheckedBlockDevice(new MemoryDevice(1 << 20), ImmediateEventExecutor.INSTANCE, false);
      exports.open(new Export("v-" + host, "v1", device, host));
    }
    return new Door(exports, Limits.DEFAULT, Budget.standard(), "here", tls, required);
  }

  private Talk talk() {
    return new Talk(door(Optional.empty(), false));
  }

  private TlsEntrance tls() {
    return TlsEntrance.of(
        new TestAuthority(directory).identity("blockstore", "here").serverContext());
  }

  private static ByteBuf nothing() {
    return Unpooled.buffer();
  }

  @Test
  void listsWhatThePeerMaySeeAndNothingElse() {
    try (Talk talk = talk()) {
      assertThat(talk.ask(Wire.OPT_LIST, nothing()))
          .extracting(Talk.OptionAnswer::data)
          .containsExactly("\0\0\0\6v-here", "");
    }
    assertThat(exports.visibleNames(Peer.of("there")::maySee)).containsExactly("v-there");
    assertThat(exports.visibleNames(certified("compute-agent", "there")::maySee))
        .containsExactly("v-there");
    assertThat(exports.visibleNames(certified("netagent", "there")::maySee)).isEmpty();
    assertThat(exports.visibleNames(Peer.certified(Optional.empty())::maySee)).isEmpty();
  }

  private static Peer certified(String service, String host) {
    return Peer.certified(Optional.of(new PeerIdentity(service, host)));
  }

  @Test
  void anExportOfOthersIsAsUnknownAsOneThatIsNotThere() {
    try (Talk talk = talk()) {
      for (int option : List.of(Wire.OPT_INFO, Wire.OPT_GO)) {
        Talk.OptionAnswer others = talk.ask(option, Talk.name("v-there")).getFirst();
        Talk.OptionAnswer none = talk.ask(option, Talk.name("v-nowhere")).getFirst();
        assertThat(others.type()).isEqualTo(none.type()).isEqualTo(Wire.REP_ERR_UNKNOWN);
        assertThat(others.data()).isEqualTo(none.data().replace("v-nowhere", "v-there"));
      }
      talk.ask(Wire.OPT_STRUCTURED_REPLY, nothing());
      assertThat(talk.ask(Wire.OPT_LIST_META_CONTEXT, Talk.queries("v-there")).getFirst().type())
          .isEqualTo(Wire.REP_ERR_UNKNOWN);
    }
  }

  @Test
  void whereTlsIsRequiredNothingElseIsAnswered() {
    Door door = door(Optional.of(tls()), true);
    try (Talk talk = new Talk(door)) {
      for (int option : List.of(Wire.OPT_LIST, Wire.OPT_GO, Wire.OPT_STRUCTURED_REPLY, 99)) {
        assertThat(talk.ask(option, nothing()))
            .extracting(Talk.OptionAnswer::type)
            .containsExactly(Wire.REP_ERR_TLS_REQD);
      }
      assertThat(talk.ask(Wire.OPT_STARTTLS, nothing()))
          .extracting(Talk.OptionAnswer::type)
          .containsExactly(Wire.REP_ACK);
    }
    try (Talk talk = new Talk(door)) {
      talk.send(
          Talk.option(
              Wire.OPT_EXPORT_NAME, Unpooled.copiedBuffer("v-here", StandardCharsets.UTF_8)));
      assertThat(talk.isOpen()).isFalse();
    }
  }

  @Test
  void whatComesInTheClearBehindStartTlsEndsTheConnection() {
    try (Talk talk = new Talk(door(Optional.of(tls()), false))) {
      ByteBuf both = Talk.option(Wire.OPT_STARTTLS, nothing());
      talk.send(both.writeBytes(Talk.option(Wire.OPT_LIST, nothing())));

      assertThat(talk.isOpen()).isFalse();
    }
  }

  @Test
  void startTlsIsRefusedInWordsWhereItCannotBe() {
    try (Talk talk = talk()) {
      assertThat(talk.ask(Wire.OPT_STARTTLS, nothing()).getFirst().type())
          .isEqualTo(Wire.REP_ERR_POLICY);
    }
    try (Talk talk = new Talk(door(Optional.of(tls()), false))) {
      Talk.OptionAnswer answer = talk.ask(Wire.OPT_STARTTLS, nothing().writeInt(1)).getFirst();
      assertThat(answer.type()).isEqualTo(Wire.REP_ERR_INVALID);
      assertThat(answer.data()).contains("4 bytes");
    }
  }

  @Test
  void listsContextsByNameAndByNamespace() {
    try (Talk talk = talk()) {
      assertThat(talk.ask(Wire.OPT_LIST_META_CONTEXT, Talk.queries("v-here")).getFirst().type())
          .isEqualTo(Wire.REP_ERR_INVALID);
      talk.ask(Wire.OPT_STRUCTURED_REPLY, nothing());
      assertThat(contexts(talk))
          .containsExactly(
              "base:allocation", "virga:changed-since:s1", "virga:changed-since:s2", "");
      assertThat(contexts(talk, "virga:")).hasSize(3);
      assertThat(contexts(talk, "virga:changed-since:")).hasSize(3);
      assertThat(contexts(talk, "virga:changed-since:s2", "base:"))
          .containsExactly("virga:changed-since:s2", "base:allocation", "");
      assertThat(contexts(talk, "virga:changed-since:s3", "qemu:")).containsExactly("");
    }
  }

  private static List<String> contexts(Talk talk, String... queries) {
    return talk.ask(Wire.OPT_LIST_META_CONTEXT, Talk.queries("v-here", queries)).stream()
        .map(answer -> answer.data().isEmpty() ? "" : answer.data().substring(4))
        .toList();
  }

  @Test
  void setsSomeContextsAndNotTooMany() {
    try (Talk talk = talk()) {
      ByteBuf early = Talk.queries("v-here", "base:allocation");
      assertThat(talk.ask(Wire.OPT_SET_META_CONTEXT, early).getFirst().type())
          .isEqualTo(Wire.REP_ERR_INVALID);
      talk.ask(Wire.OPT_STRUCTURED_REPLY, nothing());
      ByteBuf queries = Talk.queries("v-here", "virga:changed-since:s1", "x:y", "base:allocation");
      assertThat(talk.ask(Wire.OPT_SET_META_CONTEXT, queries))
          .extracting(Talk.OptionAnswer::data)
          .containsExactly("\0\0\0\1virga:changed-since:s1", "\0\0\0\2base:allocation", "");
    }
  }

  @Test
  void refusesLengthsThatDoNotFit() {
    try (Talk talk = talk()) {
      ByteBuf tooLong = nothing().writeInt(4097).writeZero(4097).writeShort(0);
      for (ByteBuf data :
          List.of(nothing(), nothing().writeInt(-1), Talk.name("v").writeByte(0), tooLong)) {
        assertThat(talk.ask(Wire.OPT_GO, data.copy()).getFirst().type())
            .isEqualTo(Wire.REP_ERR_INVALID);
        assertThat(talk.ask(Wire.OPT_LIST_META_CONTEXT, data).getFirst().type())
            .isEqualTo(Wire.REP_ERR_INVALID);
      }
    }
  }

  private static int answer(Talk talk, int option) {
    return talk.ask(option, nothing()).getFirst().type();
  }

  @Test
  void agreesOnHeadersInOneDirection() {
    try (Talk talk = talk()) {
      assertThat(answer(talk, Wire.OPT_STRUCTURED_REPLY)).isEqualTo(Wire.REP_ACK);
      assertThat(answer(talk, Wire.OPT_STRUCTURED_REPLY)).isEqualTo(Wire.REP_ACK);
      assertThat(talk.ask(Wire.OPT_EXTENDED_HEADERS, nothing().writeByte(1)).getFirst().type())
          .isEqualTo(Wire.REP_ERR_INVALID);
      assertThat(answer(talk, Wire.OPT_EXTENDED_HEADERS)).isEqualTo(Wire.REP_ACK);
      assertThat(answer(talk, Wire.OPT_EXTENDED_HEADERS)).isEqualTo(Wire.REP_ERR_INVALID);
      assertThat(answer(talk, Wire.OPT_STRUCTURED_REPLY)).isEqualTo(Wire.REP_ERR_EXT_HEADER_REQD);
    }
  }

  @Test
  void anOptionThatIsTooLargeIsRefusedAndSkipped() {
    try (Talk talk = talk()) {
      int length = Limits.DEFAULT.optionBytes() + 1;
      for (int option : List.of(Wire.OPT_GO, Wire.OPT_SET_META_CONTEXT, Wire.OPT_STARTTLS, 99)) {
        assertThat(talk.ask(option, nothing().writeZero(length)))
            .singleElement()
            .satisfies(answer -> assertThat(answer.type()).isEqualTo(Wire.REP_ERR_TOO_BIG))
            .satisfies(answer -> assertThat(answer.data()).contains("65537", "65536"));
      }
      assertThat(talk.ask(Wire.OPT_LIST, nothing())).hasSize(2);
      talk.ask(Wire.OPT_EXPORT_NAME, nothing().writeZero(length));
      assertThat(talk.isOpen()).isFalse();
    }
  }

  @Test
  void whoDoesNotSpeakFixedNewstyleIsToldNothingOfTls() {
    Door door = door(Optional.of(tls()), false);
    try (Talk talk = new Talk(door, 0)) {
      assertThat(answer(talk, Wire.OPT_STARTTLS)).isEqualTo(Wire.REP_ERR_POLICY);
      talk.send(
          Talk.option(
              Wire.OPT_EXPORT_NAME, Unpooled.copiedBuffer("v-here", StandardCharsets.UTF_8)));
      assertThat(talk.received()).as("size, flags and zeros").isEqualTo(8 + 2 + 124);
    }
    try (Talk talk = new Talk(door(Optional.of(tls()), true), 0)) {
      assertThat(talk.isOpen()).isFalse();
    }
    try (Talk talk = new Talk(door, 1 << 5)) {
      assertThat(talk.isOpen()).as("unknown flags").isFalse();
    }
  }
}
