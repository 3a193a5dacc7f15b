package io.virga.benchmarks.objectbench;

import io.netty.buffer.ByteBuf;
import io.virga.benchmarks.host.BlockDevice;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.Sequence;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.store.StoreServer;

/** How much reaches the device for each byte of an object. */
public final class WriteAmplification {

  private static final int CONNECTIONS = 16;
  private static final double GOAL = 1.1;

  private final StoreServer server;
  private final LoadGenerator load;
  private final long payloadBytes;

  public WriteAmplification(StoreServer server, LoadGenerator load, long payloadBytes) {
    this.server = server;
    this.load = load;
    this.payloadBytes = payloadBytes;
  }

  /** By the device's own counters, where whatever else writes to it counts too. */
  public Figure measure(BlockDevice device, int bytes) {
    String container = "written" + bytes;
    server.makeContainer(load, container);
    ByteBuf body = Bodies.random(bytes);
    long count = payloadBytes / bytes;
    long before = device.writtenBytes();
    server.ask(load, CONNECTIONS, new Sequence(server.dialect().put(container, body), 0, count));
    double written = device.writtenBytes() - before;
    body.release();
    String what = "written to %s per byte of PUT %s".formatted(device.name(), Cell.size(bytes));
    return Figure.atMost(what, written / payloadBytes, "×", GOAL);
  }
}
