package io.virga.benchmarks.objectbench;

import io.netty.buffer.ByteBuf;
import io.virga.benchmarks.host.Machine;
import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.load.Sequence;
import io.virga.benchmarks.load.Workload;
import io.virga.benchmarks.store.Dialect;
import io.virga.benchmarks.store.StoreServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** All fields of the table for one store. */
public final class Matrix {

  private static final List<Integer> SIZES =
      List.of(4 * Cell.KIB, 64 * Cell.KIB, Cell.MIB, 16 * Cell.MIB);
  private static final List<Integer> CONNECTIONS = List.of(1, 16, 64);

  /** More streams than one, fewer than would queue: where MD5 in lanes shows. */
  private static final int SOME_STREAMS = 4;

  private static final int LARGE_BYTES = 16 * Cell.MIB;
  private static final double SHARE_OF_GETS = 0.7;
  private static final String LISTED = "listed";
  private static final int PAGE = 1000;

  private final String storeName;
  private final StoreServer server;
  private final Dialect dialect;
  private final LoadGenerator load;
  private final Effort effort;
  private final RandomGenerator random = new Random(1);
  private final Consumer<Measurement> measured;

  /**
   * @param measured told of each field as soon as it is known
   */
  public Matrix(
      String storeName,
      StoreServer server,
      LoadGenerator load,
      Effort effort,
      Consumer<Measurement> measured) {
    this.storeName = storeName;
    this.server = server;
    this.dialect = server.dialect();
    this.load = load;
    this.effort = effort;
    this.measured = measured;
  }

  /** Every operation with every size and every number of connections. */
  public void full() {
    warmUp();
    SIZES.forEach(this::everyOperation);
    if (dialect.listing().isPresent()) {
      listings(dialect.listing().get());
    }
  }

  /** Only PUT and GET with the most connections. */
  public void brief() {
    warmUp();
    for (int bytes : SIZES) {
      String container = container(bytes);
      long stored = puts(container, bytes, CONNECTIONS.subList(CONNECTIONS.size() - 1, 3));
      gets(container, bytes, stored, CONNECTIONS.getLast());
    }
  }

  /** With small objects and with large ones, as the fields that follow. */
  private void warmUp() {
    WarmUp warmUp = new WarmUp(server, load, effort, random);
    warmUp.run(4 * Cell.KIB, CONNECTIONS.getLast());
    warmUp.run(Cell.MIB, CONNECTIONS.get(1));
  }

  private void everyOperation(int bytes) {
    String container = container(bytes);
    List<Integer> streams = new ArrayList<>(CONNECTIONS);
    if (bytes == LARGE_BYTES) {
      streams.add(SOME_STREAMS);
    }
    long stored = puts(container, bytes, streams);
    for (int connections : CONNECTIONS) {
      gets(container, bytes, stored, connections);
    }
    long all = mixed(container, bytes, stored);
    long next = 0;
    for (int i = 0; i < CONNECTIONS.size(); i++) {
      int connections = CONNECTIONS.get(i);
      long until = all * (i + 1) / CONNECTIONS.size();
      Sequence deletes = new Sequence(dialect.delete(container), next, until);
      measure(new Cell(Cell.Operation.DELETE, bytes, connections), deletes);
      next = deletes.position();
    }
  }

  private String container(int bytes) {
    String container = "size" + bytes;
    server.makeContainer(load, container);
    return container;
  }

  /** Returns how many objects there are now. */
  private long puts(String container, int bytes, List<Integer> streams) {
    ByteBuf body = Bodies.random(bytes);
    long most = effort.bytesPerField() / bytes;
    long stored = 0;
    for (int connections : streams) {
      Sequence puts = new Sequence(dialect.put(container, body), stored, stored + most);
      measure(new Cell(Cell.Operation.PUT, bytes, connections), puts);
      stored = puts.position();
    }
    body.release();
    return stored;
  }

  private void gets(String container, int bytes, long stored, int connections) {
    measure(
        new Cell(Cell.Operation.GET, bytes, connections),
        Workload.random(dialect.get(container), stored, random));
  }

  /** Returns how many objects there are now. */
  private long mixed(String container, int bytes, long stored) {
    ByteBuf body = Bodies.random(bytes);
    Workload gets = Workload.random(dialect.get(container), stored, random);
    long all = stored;
    for (int connections : CONNECTIONS) {
      long most = all + effort.bytesPerField() / bytes;
      Sequence puts = new Sequence(dialect.put(container, body), all, most);
      measure(
          new Cell(Cell.Operation.MIXED, bytes, connections),
          Workload.mixed(gets, SHARE_OF_GETS, puts, random));
      all = puts.position();
    }
    body.release();
    return all;
  }

  private void listings(String query) {
    server.makeContainer(load, LISTED);
    server.fill(load, LISTED, effort.listedNames());
    Workload pages =
        Workload.random(dialect.list(LISTED, query), effort.listedNames() - PAGE, random);
    for (int connections : CONNECTIONS) {
      measure(new Cell(Cell.Operation.LIST, 0, connections), pages);
    }
  }

  private void measure(Cell cell, Workload workload) {
    List<ProcessHandle> processes = server.processes();
    List<ProcessHandle> self = List.of(ProcessHandle.current());
    long started = System.nanoTime();
    double machine = Machine.busySeconds();
    double store = ProcessFigures.of(processes).cpuSeconds();
    double own = ProcessFigures.of(self).cpuSeconds();
    LoadResult result = load.run(server.address(), cell.connections(), workload, effort.field());
    own = ProcessFigures.of(self).cpuSeconds() - own;
    store = ProcessFigures.of(processes).cpuSeconds() - store;
    machine = Machine.busySeconds() - machine;
    double elapsed = (System.nanoTime() - started) / 1e9;
    measured.accept(
        new Measurement(
            storeName,
            cell.label(),
            cell,
            result,
            1e6 * store / Math.max(1, result.answered()),
            Math.max(0, 100 * (machine - store - own) / elapsed)));
  }
}
