package io.virga.blockstore.iscsi;

import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.scsi.LogicalUnit;
import io.virga.blockstore.scsi.ReservationStore;
import io.virga.blockstore.scsi.UnitIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The targets: each open export one, with its volume as a unit that all of the volume's targets
 * share. Owned by the loop.
 */
public final class Targets {

  private final ExportTable exports;
  private final ReservationStore store;
  private final Map<String, LogicalUnit> units = new HashMap<>();

  /** The targets of the exports. */
  public Targets(ExportTable exports, ReservationStore store) {
    this.exports = exports;
    this.store = store;
    exports.onEnd(this::ended);
  }

  ExportTable exports() {
    return exports;
  }

  Optional<Export> find(String target) {
    return TargetNames.export(target).flatMap(exports::find);
  }

  List<String> names() {
    return exports.names().stream().map(TargetNames::of).toList();
  }

  LogicalUnit unit(Export export) {
    return units.computeIfAbsent(
        export.volume(), volume -> new LogicalUnit(new UnitIdentity(volume), store));
  }

  /** Who came through the export comes no more, so that nothing may stay reserved for him. */
  private void ended(Export export) {
    unit(export).forget(SessionName.targetPort(TargetNames.of(export.name())));
    if (!exports.leadsTo(export.volume())) {
      units.remove(export.volume());
    }
  }
}
