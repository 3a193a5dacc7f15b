package io.virga.blockstore.iscsi;

import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.scsi.CopyUnit;
import io.virga.blockstore.scsi.LogicalUnit;
import io.virga.blockstore.scsi.ReservationStore;
import io.virga.blockstore.scsi.UnitIdentity;
import io.virga.dataplane.desired.IscsiAccess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The targets: each open export one to which there is an entry, with its volume as a unit that all
 * of the volume's targets share. Owned by the loop.
 */
public final class Targets {

  static final int MAXIMUM_NAME_CHARACTERS = 223;

  private final ExportTable exports;
  private final ReservationStore store;
  private final Entries entries;
  private final Map<String, LogicalUnit> units = new HashMap<>();
  private final Map<String, UnitIdentity> identities = new HashMap<>();

  /** The targets of the exports. */
  public Targets(ExportTable exports, ReservationStore store, Entries entries) {
    this.exports = exports;
    this.store = store;
    this.entries = entries;
    exports.onEnd(this::ended);
  }

  ExportTable exports() {
    return exports;
  }

  /** The export of the target, whoever may come in to it. */
  Optional<Export> find(String target) {
    return target.length() > MAXIMUM_NAME_CHARACTERS
        ? Optional.empty()
        : IscsiAccess.export(target)
            .flatMap(exports::find)
            .filter(export -> !(entry(export) instanceof Entry.Closed));
  }

  Entry entry(Export export) {
    return entries.to(export);
  }

  /** The account of that name, of whichever target; for discovery. */
  Optional<ChapAccount> account(String user) {
    return exports.visibleNames(export -> opens(user, export)).stream()
        .findFirst()
        .flatMap(exports::find)
        .map(this::entry)
        .filter(Entry.Account.class::isInstance)
        .map(entry -> ((Entry.Account) entry).account());
  }

  /** Whether any target is for the holder of an account. */
  boolean hasAccounts() {
    return !exports.visibleNames(export -> entry(export) instanceof Entry.Account).isEmpty();
  }

  /**
   * The names of the targets that somebody may come in to, in order.
   *
   * @param user the account that he has proved to be; empty if none
   */
  List<String> names(Optional<String> user, String initiator) {
    return exports.visibleNames(export -> maySee(export, user, initiator)).stream()
        .map(IscsiAccess::target)
        .toList();
  }

  private boolean maySee(Export export, Optional<String> user, String initiator) {
    return switch (entry(export)) {
      case Entry.Closed closed -> false;
      case Entry.Open open -> true;
      case Entry.Account account ->
          user.filter(account.account().user()::equals).isPresent() && account.admits(initiator);
    };
  }

  private boolean opens(String user, Export export) {
    return entry(export) instanceof Entry.Account account && account.account().user().equals(user);
  }

  /**
   * The units that whoever came in to the export may name in a copy: those to whose targets he
   * could log in as he did here. His InitiatorName alone would prove nothing.
   */
  CopyUnit.Reach reach(Export own, SessionName name) {
    return which ->
        exports.visibleNames(export -> opensAlike(own, export, name.initiator())).stream()
            .flatMap(found -> exports.find(found).stream())
            .filter(export -> which.test(identity(export.volume())))
            .findFirst()
            .map(export -> copyUnit(export, name));
  }

  private UnitIdentity identity(String volume) {
    return identities.computeIfAbsent(volume, UnitIdentity::new);
  }

  private CopyUnit copyUnit(Export export, SessionName name) {
    SessionName there =
        new SessionName(name.initiator(), name.isid(), IscsiAccess.target(export.name()));
    return new CopyUnit(unit(export), there.nexus(), export.device());
  }

  private boolean opensAlike(Export own, Export other, String initiator) {
    return switch (entry(other)) {
      case Entry.Closed closed -> false;
      case Entry.Open open -> true;
      case Entry.Account there ->
          there.admits(initiator)
              && entry(own) instanceof Entry.Account here
              && here.account().isThatOf(there.account());
    };
  }

  LogicalUnit unit(Export export) {
    return units.computeIfAbsent(export.volume(), this::load);
  }

  /**
   * All doors of a volume that are desired open together, so that whoever registered through one
   * that is not open comes no more: it ended while nobody was there to hear of it.
   */
  private LogicalUnit load(String volume) {
    LogicalUnit unit = new LogicalUnit(identity(volume), store);
    unit.keepOnly(
        exports.visibleNames(export -> export.volume().equals(volume)).stream()
            .map(name -> SessionName.targetPort(IscsiAccess.target(name)))
            .collect(Collectors.toSet()));
    return unit;
  }

  /** Who came through the export comes no more, so that nothing may stay reserved for him. */
  private void ended(Export export) {
    unit(export).forget(SessionName.targetPort(IscsiAccess.target(export.name())));
    if (!exports.leadsTo(export.volume())) {
      units.remove(export.volume());
      identities.remove(export.volume());
    }
  }
}
