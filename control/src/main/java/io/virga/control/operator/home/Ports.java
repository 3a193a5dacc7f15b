package io.virga.control.operator.home;

/**
 * The ports of one home, from its base ({@code docs/ARCHITECTURE.md} §10).
 *
 * @param base 1024 to 65000
 */
public record Ports(int base) {

  public static final int DEFAULT_BASE = 8700;
  private static final int LAST_BASE = 65_000;

  public Ports {
    check(base);
  }

  /** Refuses a base that leaves no room for the ports, or that only root may have. */
  static void check(int base) {
    if (base < 1024 || base > LAST_BASE) {
      throw new IllegalArgumentException(
          "base port %d: expected 1024 to %d".formatted(base, LAST_BASE));
    }
  }

  public int control() {
    return base;
  }

  public int agents() {
    return base + 1;
  }

  public int database() {
    return base + 2;
  }

  public int objectstore() {
    return base + 10;
  }

  /** The object store with TLS. */
  public int objectstoreTls() {
    return base + 11;
  }

  /** Where an object store listens for the other nodes. */
  public int objectPeers() {
    return base + 12;
  }

  /** The object store for the hosts of the cloud, which stream images from it. */
  public int objectHosts() {
    return base + 13;
  }

  public int blockstore() {
    return base + 20;
  }

  /** The block store over iSCSI. */
  public int blockstoreIscsi() {
    return base + 21;
  }

  /** Where control reads whole volumes. */
  public int blockstoreContents() {
    return base + 22;
  }

  public int consoles() {
    return base + 40;
  }

  /** The operations listener of a service. */
  public int operations(Service service) {
    return base + 9 + 10 * service.ordinal();
  }
}
