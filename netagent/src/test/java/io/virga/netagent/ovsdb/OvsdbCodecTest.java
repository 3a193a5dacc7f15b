package io.virga.netagent.ovsdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.dataplane.json.Json;
import io.virga.netagent.octets.Decoded;
import io.virga.netagent.octets.Octets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class OvsdbCodecTest {

  private static JsonNode json(String text) {
    return Json.read(text.replace('\'', '"'), JsonNode.class);
  }

  static Stream<OvsdbMessage> messages() {
    return Stream.of(
        new OvsdbMessage.Request("echo", json("['a{b}\\\\']"), json("7")),
        new OvsdbMessage.Notification("update2", json("['m', {'T': {}}]")),
        new OvsdbMessage.Response(json("{'x': [1, {}]}"), json("null"), json("7")),
        new OvsdbMessage.Response(json("null"), json("{'error': 'x'}"), json("'id'")));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void decodesWhatItEncodes(OvsdbMessage message) {
    ByteBuf bytes = Unpooled.wrappedBuffer(OvsdbCodec.encode(message), OvsdbCodec.encode(message));
    assertThat(OvsdbCodec.decode(bytes)).isEqualTo(new Decoded.Complete<>(message));
    assertThat(OvsdbCodec.decode(bytes)).isEqualTo(new Decoded.Complete<>(message));
    assertThat(OvsdbCodec.decode(bytes)).isEqualTo(new Decoded.NeedMore<>());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void asksForMoreOfEveryPrefix(OvsdbMessage message) {
    byte[] whole = OvsdbCodec.encode(message);
    for (int length = 0; length < whole.length; length++) {
      ByteBuf prefix = Unpooled.wrappedBuffer(whole, 0, length);
      assertThat(OvsdbCodec.decode(prefix)).isEqualTo(new Decoded.NeedMore<>());
      assertThat(prefix.readerIndex()).isZero();
    }
  }

  @Test
  void refusesWhatIsNoObject() {
    for (String text : List.of("[1]", "x", "{\"a\"}", "{\"method\":\"m\"}", "{\"id\":1}")) {
      assertThat(OvsdbCodec.decode(Unpooled.copiedBuffer(text, UTF_8)))
          .as(text)
          .isInstanceOf(Decoded.Malformed.class);
    }
  }

  @Test
  void refusesAnObjectBeyondTheLimit() {
    ByteBuf bytes = Unpooled.copiedBuffer("{\"a\": \"" + "b".repeat(50), UTF_8);
    assertThat(JsonFramer.decode(bytes, 100)).isEqualTo(new Decoded.NeedMore<Octets>());
    assertThat(JsonFramer.decode(bytes, 20)).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void followsRowsByTheirDifferences() {
    InterfaceTable table = new InterfaceTable();
    table.apply(
        json(
            "{'Interface': {'u1': {'initial': {'name': 'tap1',"
                + " 'external_ids': ['map', [['iface-id', 'p1'], ['vm', 'x']]],"
                + " 'ofport': ['set', []]}}}}"));
    table.apply(
        json(
            "{'Interface': {'u1': {'modify': {'ofport': 5, 'mac_in_use': '00:00:00:00:00:01',"
                + " 'external_ids': ['map', [['vm', 'x'], ['iface-id', 'p2']]]}},"
                + " 'u2': {'insert': {'name': 'tap2', 'ofport': -1}}}}"));
    assertThat(table.rows())
        .containsExactlyInAnyOrder(
            new Interface("tap1", Map.of("iface-id", "p2"), OptionalInt.of(5), "00:00:00:00:00:01"),
            new Interface("tap2", Map.of(), OptionalInt.empty(), ""));
    table.apply(json("{'Interface': {'u1': {'delete': null}}}"));
    assertThat(table.rows()).hasSize(1);
  }
}
