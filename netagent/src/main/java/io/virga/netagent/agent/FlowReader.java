package io.virga.netagent.agent;

import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message.TableSize;
import io.virga.netagent.pipeline.Cookies;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what a switch holds, a bit at a time: a userspace datapath forwards nothing while its
 * daemon makes an answer. A table that is large is read by the lots of its cookies, and only where
 * flows are left that have other cookies, at once.
 */
final class FlowReader {

  /** An answer with so many flows takes some 2 ms. */
  private static final int MOST_AT_ONCE = 1000;

  /** Tables behind the last one are the switch's own. */
  private static final int LAST_TABLE = 253;

  private FlowReader() {}

  /** Where flows are read. */
  interface Tables {

    /** How many flows there are. */
    List<TableSize> sizes() throws IOException, InterruptedException;

    /** All flows of a table. */
    List<Flow> flows(int table) throws IOException, InterruptedException;

    /** Those with a cookie. */
    List<Flow> flows(int table, long cookie) throws IOException, InterruptedException;
  }

  static Map<FlowKey, Flow> read(Tables tables) throws IOException, InterruptedException {
    Map<FlowKey, Flow> flows = new HashMap<>();
    for (TableSize size : tables.sizes()) {
      if (size.flows() > 0 && size.table() <= LAST_TABLE) {
        read(tables, size).forEach(flow -> flows.put(flow.key(), flow));
      }
    }
    return flows;
  }

  private static List<Flow> read(Tables tables, TableSize size)
      throws IOException, InterruptedException {
    if (size.flows() > MOST_AT_ONCE) {
      List<Flow> found = new ArrayList<>(size.flows());
      for (int lot = 0; lot < Cookies.LOTS; lot++) {
        found.addAll(tables.flows(size.table(), Cookies.of(size.table(), lot)));
      }
      if (found.size() == size.flows()) {
        return found;
      }
    }
    return tables.flows(size.table());
  }
}
