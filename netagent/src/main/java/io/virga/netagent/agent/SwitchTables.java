package io.virga.netagent.agent;

import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.Message.TableSize;
import io.virga.netagent.openflow.client.OpenFlowConnection;
import java.io.IOException;
import java.util.List;

/** The tables of the switch at the other end of a connection. */
record SwitchTables(OpenFlowConnection connection) implements FlowReader.Tables {

  @Override
  public List<TableSize> sizes() throws IOException, InterruptedException {
    return SwitchLink.await(connection.tables());
  }

  @Override
  public List<Flow> flows(int table) throws IOException, InterruptedException {
    return SwitchLink.await(connection.flows(table));
  }

  @Override
  public List<Flow> flows(int table, long cookie) throws IOException, InterruptedException {
    return SwitchLink.await(connection.flows(table, cookie));
  }
}
