package io.virga.benchmarks.objectbench;

/**
 * A field of the table.
 *
 * @param bytes the size of the objects; 0 for a listing
 */
public record Cell(Operation operation, int bytes, int connections) {

  static final int KIB = 1 << 10;
  static final int MIB = 1 << 20;

  /** What is asked. */
  public enum Operation {
    PUT,
    GET,
    MIXED,
    DELETE,
    LIST
  }

  /** For example {@code PUT 4 KiB ×64}. */
  public String label() {
    return "%s %s ×%d".formatted(what(), size(bytes), connections);
  }

  private String what() {
    return operation == Operation.MIXED ? "70 % GET, 30 % PUT" : operation.toString();
  }

  static String size(int bytes) {
    if (bytes == 0) {
      return "1,000 names";
    }
    return bytes >= MIB ? bytes / MIB + " MiB" : bytes / KIB + " KiB";
  }
}
