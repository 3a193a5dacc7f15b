package io.virga.netagent.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Match;
import io.virga.netagent.openflow.Message.TableSize;
import io.virga.netagent.openflow.OxmField;
import io.virga.netagent.pipeline.Cookies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlowReaderTest {

  /** Tables that remember how large their answers were. */
  private static final class FakeTables implements FlowReader.Tables {

    final List<Flow> held = new ArrayList<>();
    final List<Integer> answers = new ArrayList<>();

    void add(int table, int count, int priority) {
      IntStream.range(0, count)
          .forEach(
              number ->
                  held.add(
                      new Flow(
                          new FlowKey(table, priority, Match.ANY.with(OxmField.IN_PORT, number)),
                          Cookies.of(table, number % Cookies.LOTS) + priority,
                          List.of(),
                          OptionalInt.empty())));
    }

    @Override
    public List<TableSize> sizes() {
      return IntStream.rangeClosed(0, 254)
          .mapToObj(table -> new TableSize(table, table == 254 ? 3 : of(table).size()))
          .toList();
    }

    private List<Flow> of(int table) {
      return held.stream().filter(flow -> flow.key().table() == table).toList();
    }

    @Override
    public List<Flow> flows(int table) {
      answers.add(of(table).size());
      return of(table);
    }

    @Override
    public List<Flow> flows(int table, long cookie) {
      List<Flow> lot = of(table).stream().filter(flow -> flow.cookie() == cookie).toList();
      answers.add(lot.size());
      return lot;
    }
  }

  private static void assertReadWhole(FakeTables tables) throws Exception {
    Map<FlowKey, Flow> held = new HashMap<>();
    tables.held.forEach(flow -> held.put(flow.key(), flow));
    assertThat(held).hasSameSizeAs(tables.held);
    assertThat(FlowReader.read(tables).equals(held)).as("the same flows").isTrue();
  }

  @Test
  void readsALargeTableABitAtATime() throws Exception {
    FakeTables tables = new FakeTables();
    tables.add(0, 10, 0);
    tables.add(71, 50_000, 0);
    assertReadWhole(tables);
    assertThat(tables.answers).allMatch(size -> size <= 1000).hasSize(1 + Cookies.LOTS);
  }

  @Test
  void findsFlowsThatSomebodyElseHasMade() throws Exception {
    FakeTables tables = new FakeTables();
    tables.add(71, 2000, 0);
    tables.add(71, 1, 7);
    assertReadWhole(tables);
  }
}
