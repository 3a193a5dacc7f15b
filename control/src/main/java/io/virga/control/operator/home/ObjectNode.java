package io.virga.control.operator.home;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One of the object store's nodes on this host, each a process of its own. They listen on the same
 * ports of different loopback addresses; the first one's front door is where the catalog leads.
 *
 * @param number 1 to {@link #MOST}
 */
public record ObjectNode(int number) {

  public static final int MOST = 16;

  /** The node that a home always has. */
  public static final ObjectNode FIRST = new ObjectNode(1);

  public ObjectNode {
    check(number);
  }

  static void check(int number) {
    if (number < 1 || number > MOST) {
      throw new IllegalArgumentException(
          "object nodes %d: expected 1 to %d".formatted(number, MOST));
    }
  }

  /** The first nodes. */
  public static List<ObjectNode> first(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(ObjectNode::new).toList();
  }

  /** The name of its process, its settings file, its log and its folder of data. */
  public String name() {
    String service = Service.OBJECTSTORE.title();
    return number == 1 ? service : service + "-" + number;
  }

  /** Where it listens for this host. */
  public String address() {
    return "127.0.0." + number;
  }

  /** Its name among the hosts: no host's own name holds a dot. */
  public String host(String host) {
    return number == 1 ? host : "node-" + number + "." + host;
  }
}
