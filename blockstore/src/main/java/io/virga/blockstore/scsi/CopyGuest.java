package io.virga.blockstore.scsi;

import io.virga.blockstore.scsi.Operation.Access;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment of a copy in a unit that it reads or writes and that the copy was not given to. The
 * unit may forbid it at any time, or abort it; then the copy ends with its error.
 */
final class CopyGuest implements Abortable {

  private final CopyUnit host;
  private final Access access;
  private boolean aborted;

  private CopyGuest(CopyUnit host, Access access) {
    this.host = host;
    this.access = access;
  }

  /** Has a segment begin in the units that are not the copy's own; each has to be left. */
  static List<CopyGuest> enter(CopyList.Segment segment, LogicalUnit own) {
    List<CopyGuest> guests = new ArrayList<>(2);
    guests.add(new CopyGuest(segment.source(), Access.READ));
    guests.add(new CopyGuest(segment.destination(), Access.WRITE));
    guests.removeIf(guest -> guest.host.unit() == own);
    guests.forEach(guest -> guest.host.unit().enter(guest));
    return guests;
  }

  /** Whoever has the copy made, as the unit knows him. */
  NexusName name() {
    return host.name();
  }

  boolean mayGoOn() {
    return !aborted && host.allows(access);
  }

  /** Nothing is under way for it any more. */
  void leave() {
    host.unit().leave(this);
  }

  @Override
  public void willAbort() {
    aborted = true;
  }

  @Override
  public void abort() {
    aborted = true;
  }
}
