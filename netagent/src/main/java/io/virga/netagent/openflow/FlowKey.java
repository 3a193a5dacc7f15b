package io.virga.netagent.openflow;

/** What names a flow in a switch. */
public record FlowKey(int table, int priority, Match match) {

  @Override
  public boolean equals(Object other) {
    return other instanceof FlowKey key
        && table == key.table
        && priority == key.priority
        && match.equals(key.match);
  }

  @Override
  public int hashCode() {
    return (match.hashCode() * 31 + priority) * 31 + table;
  }
}
