package io.virga.objectstore.record;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container, as its own replicas keep it or as its account lists it; or an account, whose counts
 * are those of all its containers and whose path has an empty container.
 *
 * <p>Rows of the same container from different replicas {@link #merge}; the counts are of the row
 * that saw the newest change of the listing.
 *
 * @param createdAt when it was last made; zero if that is not known here
 * @param deletedAt when it was last deleted; zero if never
 * @param policy the storage policy of its objects
 * @param containers only of an account
 * @param countedAt the newest change in what it lists
 */
public record ContainerRow(
    ContainerPath path,
    Timestamp createdAt,
    Timestamp deletedAt,
    int policy,
    StampedMetadata stamped,
    Counts counts,
    Timestamp countedAt) {

  private static final int VERSION = 3;
  private static final int VERSION_OF_ONE_POLICY = 2;

  /**
   * What is in it.
   *
   * @param policies of an account, what of it each storage policy has
   */
  public record Counts(
      long containers, long objects, long bytesUsed, Map<Integer, Counts> policies) {

    /** Nothing. */
    public static final Counts NONE = new Counts(0, 0, 0);

    public Counts {
      policies = Map.copyOf(policies);
    }

    public Counts(long containers, long objects, long bytesUsed) {
      this(containers, objects, bytesUsed, Map.of());
    }

    /** These and more, or less. */
    public Counts plus(long moreContainers, long moreObjects, long moreBytes) {
      return new Counts(
          containers + moreContainers, objects + moreObjects, bytesUsed + moreBytes, policies);
    }

    /** These and more containers of a storage policy, or fewer, with what is in them. */
    public Counts plus(int policy, long moreContainers, long moreObjects, long moreBytes) {
      Map<Integer, Counts> after = new TreeMap<>(policies);
      Counts changed =
          after.getOrDefault(policy, NONE).plus(moreContainers, moreObjects, moreBytes);
      after.put(policy, changed);
      after.values().removeIf(NONE::equals);
      Counts all = plus(moreContainers, moreObjects, moreBytes);
      return new Counts(all.containers, all.objects, all.bytesUsed, after);
    }

    private void writeTo(BinaryWriter out) {
      writePlainTo(out);
      out.varint(policies.size());
      new TreeMap<>(policies)
          .forEach(
              (policy, counts) -> {
                out.varint(policy);
                counts.writePlainTo(out);
              });
    }

    private void writePlainTo(BinaryWriter out) {
      out.varint(containers).varint(objects).varint(bytesUsed);
    }

    private static Counts readFrom(BinaryReader in) {
      Counts all = readPlainFrom(in);
      Map<Integer, Counts> policies = new TreeMap<>();
      int count = in.count(4);
      for (int i = 0; i < count && !in.isMalformed(); i++) {
        policies.put((int) in.varint(), readPlainFrom(in));
      }
      return new Counts(all.containers, all.objects, all.bytesUsed, policies);
    }

    /** From when all containers were of policy 0. */
    private static Counts readOnePolicyFrom(BinaryReader in) {
      Counts all = readPlainFrom(in);
      return all.containers == 0
          ? all
          : new Counts(all.containers, all.objects, all.bytesUsed, Map.of(0, all));
    }

    private static Counts readPlainFrom(BinaryReader in) {
      return new Counts(in.varint(), in.varint(), in.varint());
    }
  }

  /** A new one with nothing in it. */
  public static ContainerRow created(
      ContainerPath path, Timestamp at, int policy, StampedMetadata metadata) {
    return new ContainerRow(
        path, at, Timestamp.ZERO, policy, metadata, Counts.NONE, Timestamp.ZERO);
  }

  /** The same, made at a time after all deletions that are known. */
  public ContainerRow createdAgain(Timestamp at, int again, StampedMetadata metadata) {
    return new ContainerRow(path, at, deletedAt, again, metadata, Counts.NONE, Timestamp.ZERO);
  }

  /** An account that nobody has put anything in. */
  public static ContainerRow emptyAccount(String account) {
    return unknown(new ContainerPath(account, ""));
  }

  /** Nothing is known of it but its path. */
  public static ContainerRow unknown(ContainerPath path) {
    return created(path, Timestamp.ZERO, 0, StampedMetadata.NONE);
  }

  /** Whether it is there: one that lists objects is, though a deletion raced with their writes. */
  public boolean isLive() {
    return createdAt.isAfter(deletedAt) || counts.objects() > 0;
  }

  public Map<String, String> metadata() {
    return stamped.values();
  }

  /** A metadata value. */
  public Optional<String> metadata(String name) {
    return stamped.value(name);
  }

  public long containers() {
    return counts.containers();
  }

  public long objects() {
    return counts.objects();
  }

  public long bytesUsed() {
    return counts.bytesUsed();
  }

  /** When it or its metadata last changed. */
  public Timestamp metadataAt() {
    return createdAt.max(stamped.newest());
  }

  /** When anything of it last changed. */
  public Timestamp lastChange() {
    return metadataAt().max(deletedAt).max(countedAt);
  }

  /** The same with other counts. */
  public ContainerRow withCounts(Counts changed, Timestamp at) {
    return new ContainerRow(
        path, createdAt, deletedAt, policy, stamped, changed, countedAt.max(at));
  }

  /** The same as its account lists it. */
  public ContainerRow asEntry() {
    return new ContainerRow(
        path, createdAt, deletedAt, policy, StampedMetadata.NONE, counts, countedAt);
  }

  /**
   * What is known of both, but for the counts, which stay. The policy is that of the first creation
   * after the last deletion.
   */
  public ContainerRow mergeState(ContainerRow other) {
    Timestamp deleted = deletedAt.max(other.deletedAt);
    boolean both = createdAt.isAfter(deleted) && other.createdAt.isAfter(deleted);
    boolean others = both ? createdAt.isAfter(other.createdAt) : other.createdAt.isAfter(createdAt);
    return new ContainerRow(
        path,
        others ? other.createdAt : createdAt,
        deleted,
        others ? other.policy : policy,
        stamped.merge(other.stamped).after(deleted),
        counts,
        countedAt);
  }

  /** What is known of both; the counts are those that are newer. */
  public ContainerRow merge(ContainerRow other) {
    ContainerRow state = mergeState(other);
    return other.countedAt.isAfter(countedAt)
        ? state.withCounts(other.counts, other.countedAt)
        : state;
  }

  /** The row as bytes. */
  public byte[] encode() {
    BinaryWriter out = new BinaryWriter(160);
    writeTo(out);
    return out.toBytes();
  }

  /** Appends the row. */
  public void writeTo(BinaryWriter out) {
    out.u8(VERSION).text(path.account()).text(path.container());
    out.u64(createdAt.micros()).u64(deletedAt.micros()).varint(policy);
    stamped.writeTo(out);
    counts.writeTo(out);
    out.u64(countedAt.micros());
  }

  /** The row of bytes, empty if they are none. */
  public static Optional<ContainerRow> decode(byte[] bytes) {
    return readFrom(new BinaryReader(bytes));
  }

  /** The row that comes next, empty if there is none. */
  public static Optional<ContainerRow> readFrom(BinaryReader in) {
    int version = in.u8();
    if (version != VERSION && version != VERSION_OF_ONE_POLICY) {
      return Optional.empty();
    }
    ContainerRow row =
        new ContainerRow(
            new ContainerPath(in.text(), in.text()),
            new Timestamp(in.u64()),
            new Timestamp(in.u64()),
            (int) in.varint(),
            StampedMetadata.readFrom(in),
            version == VERSION ? Counts.readFrom(in) : Counts.readOnePolicyFrom(in),
            new Timestamp(in.u64()));
    return in.isMalformed() ? Optional.empty() : Optional.of(row);
  }
}
