package io.virga.objectstore;

import io.virga.dataplane.operations.OperatorTask;
import io.virga.objectstore.audit.Auditor;
import io.virga.objectstore.audit.Completeness;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.store.ListingUpdater;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** The passes over its devices that an operator may have a node make, by name. */
final class Passes {

  private Passes() {}

  /** What {@code check} found, of all devices. */
  record Checked(boolean good, List<Completeness.Report> devices) {}

  /** How a device fills. */
  record Space(String device, long reservedBytes, long liveBytes) {}

  static Map<String, OperatorTask> of(Node node) {
    Map<String, OperatorTask> passes = new LinkedHashMap<>();
    Supplier<Object> audits = () -> node.auditors().stream().map(Auditor::status).toList();
    passes.put("audit", task(audits, () -> all(node.auditors(), Auditor::pass)));
    passes.put("purge", task(audits, () -> all(node.auditors(), Auditor::purgeNow)));
    passes.put(
        "purge-quarantine",
        task(audits, () -> node.auditors().stream().map(Auditor::purgeQuarantine).toList()));
    Supplier<Object> replication =
        () -> node.replicators().stream().map(replicator -> replicator.last()).toList();
    passes.put(
        "replicate",
        task(
            replication,
            () -> node.replicators().stream().map(replicator -> replicator.pass()).toList()));
    Supplier<Object> space = () -> node.devices().stream().map(Passes::space).toList();
    passes.put(
        "compact",
        task(
            space,
            () -> {
              node.devices().forEach(Device::compact);
              return space.get();
            }));
    passes.put(
        "listings",
        task(
            () -> node.updaters().stream().map(ListingUpdater::sent).toList(),
            () ->
                node.updaters().stream().map(updater -> updater.run(ListingUpdater.AGE)).toList()));
    passes.put("check", task(List::of, () -> check(node)));
    return passes;
  }

  private static Checked check(Node node) {
    List<Completeness.Report> reports =
        node.completeness().stream().map(Completeness::run).toList();
    return new Checked(reports.stream().allMatch(Completeness.Report::good), reports);
  }

  private static Space space(Device device) {
    return new Space(device.name(), device.reservedBytes(), device.liveBytes());
  }

  private static <T, R> List<R> all(List<T> devices, Function<T, CompletableFuture<R>> pass) {
    List<CompletableFuture<R>> begun = devices.stream().map(pass).toList();
    return begun.stream().map(CompletableFuture::join).toList();
  }

  private static OperatorTask task(Supplier<Object> status, Callable<Object> run) {
    return new OperatorTask() {
      @Override
      public Object status() {
        return status.get();
      }

      @Override
      public Object run() throws Exception {
        return run.call();
      }
    };
  }
}
