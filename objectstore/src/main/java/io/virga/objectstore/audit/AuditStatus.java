package io.virga.objectstore.audit;

import java.util.List;

/**
 * How the audit of a device goes.
 *
 * @param pass the pass that is running, or the last one
 * @param objects read in that pass
 * @param bytes read in that pass
 * @param damaged objects that were found damaged since the process began, in passes or by readers
 * @param repaired objects that have a good copy again, since the process began
 * @param purged marks of what was deleted that were forgotten, since the process began
 * @param lost objects of which this device has no good copy now
 * @param quarantine what is kept apart
 * @param problem why the audit cannot be done, empty if it can
 */
public record AuditStatus(
    String device,
    long pass,
    boolean running,
    long objects,
    long bytes,
    long damaged,
    long repaired,
    long purged,
    long lost,
    List<Item> quarantine,
    String problem) {

  /** An object whose damaged bytes are kept. */
  public record Item(String path, String found, String reason, boolean settled) {}
}
