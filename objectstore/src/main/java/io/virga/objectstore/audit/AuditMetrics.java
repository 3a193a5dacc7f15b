package io.virga.objectstore.audit;

/** Is told what the auditor of a device does; must not block. */
public interface AuditMetrics {

  /** An object's bytes have been read. */
  void audited(long bytes);

  /** An object was found damaged. */
  void damaged();

  /** A damaged object has a good copy again. */
  void repaired();

  /** So many marks of what was deleted have been forgotten. */
  void purged(long rows);

  /** Tells nobody. */
  static AuditMetrics none() {
    return new AuditMetrics() {
      @Override
      public void audited(long bytes) {}

      @Override
      public void damaged() {}

      @Override
      public void repaired() {}

      @Override
      public void purged(long rows) {}
    };
  }
}
