package io.virga.control.volume.model;

import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.InstanceSpec.IscsiSource;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A volume: what is desired of it, and what its host has said. Its status is derived from the two,
 * so none can stick but one that was set by hand, until the next change of attachment or size.
 *
 * @param host empty if none could be found
 * @param image the image that its first bytes are of
 * @param root the disk of one instance, which the volume API does not show
 */
public record Volume(
    UUID id,
    String projectId,
    String userId,
    Description description,
    String host,
    long sizeBytes,
    VolumeSource source,
    Optional<ImageOrigin> image,
    boolean root,
    Traits traits,
    Optional<Attachment> attachment,
    Desired desired,
    Observed observed,
    Instant createdAt,
    Instant updatedAt) {

  private static final long GIBIBYTE = 1L << 30;
  private static final Set<String> USABLE = Set.of("available", "in-use");

  /** What its owner says of it. */
  public record Description(String name, String text, Map<String, String> metadata) {

    public Description {
      metadata = Map.copyOf(metadata);
    }
  }

  /**
   * What was chosen for it.
   *
   * @param type absent for root disks only
   * @param readOnly absent if nobody has said
   * @param status what an administrator has it show, or a reservation, instead of what follows from
   *     the rest
   * @param imageMetadata what is told of the image that it is of
   * @param group of which it is one
   */
  public record Traits(
      Optional<Type> type,
      boolean bootable,
      Optional<Boolean> readOnly,
      Optional<String> status,
      Map<String, String> imageMetadata,
      Optional<UUID> group) {

    public Traits {
      imageMetadata = Map.copyOf(imageMetadata);
    }

    /** Those of a new volume. */
    public Traits(Optional<Type> type, boolean bootable, Map<String, String> imageMetadata) {
      this(type, bootable, Optional.empty(), Optional.empty(), imageMetadata, Optional.empty());
    }

    public Traits of(Type other) {
      return new Traits(Optional.of(other), bootable, readOnly, status, imageMetadata, group);
    }

    public Traits bootable(boolean can) {
      return new Traits(type, can, readOnly, status, imageMetadata, group);
    }

    public Traits readOnly(boolean only) {
      return new Traits(type, bootable, Optional.of(only), status, imageMetadata, group);
    }

    public Traits imageMetadata(Map<String, String> told) {
      return new Traits(type, bootable, readOnly, status, told, group);
    }

    public Traits in(Optional<UUID> other) {
      return new Traits(type, bootable, readOnly, status, imageMetadata, other);
    }

    Traits showing(Optional<String> shown) {
      return new Traits(type, bootable, readOnly, shown, imageMetadata, group);
    }
  }

  /**
   * Its type.
   *
   * @param qos the specs that limit it
   */
  public record Type(UUID id, String name, Map<String, String> qos) {

    public Type {
      qos = Map.copyOf(qos);
    }

    public static Type of(VolumeType type) {
      return new Type(type.id(), type.name(), type.qos());
    }
  }

  public record ImageOrigin(String id, String name) {

    /** What is told of it. */
    public Map<String, String> metadata() {
      return Map.of("image_id", id, "image_name", name);
    }
  }

  /**
   * What the host is told.
   *
   * @param resizeGeneration the generation of the last change of size
   * @param epoch counts the attachments
   * @param revert the last return to a snapshot
   */
  public record Desired(
      Presence presence,
      long generation,
      long resizeGeneration,
      long epoch,
      Optional<Revert> revert) {

    /** Of a volume that is not attached. */
    public static final Desired NEW = new Desired(Presence.PRESENT, 1, 1, 0, Optional.empty());

    /** Of a volume that is attached from the start. */
    public static final Desired NEW_ATTACHED =
        new Desired(Presence.PRESENT, 1, 1, 1, Optional.empty());

    Desired next() {
      return new Desired(presence, generation + 1, resizeGeneration, epoch, revert);
    }

    Desired attached() {
      return new Desired(presence, generation + 1, resizeGeneration, epoch + 1, revert);
    }

    Desired resized() {
      return new Desired(presence, generation + 1, generation + 1, epoch, revert);
    }

    Desired reverted(UUID snapshotId) {
      return new Desired(
          presence,
          generation + 1,
          resizeGeneration,
          epoch,
          Optional.of(new Revert(snapshotId, generation + 1)));
    }

    Desired absent() {
      return new Desired(Presence.ABSENT, generation + 1, resizeGeneration, epoch, revert);
    }
  }

  /**
   * A return to a snapshot.
   *
   * @param generation that which brings it about
   */
  public record Revert(UUID snapshotId, long generation) {}

  /**
   * What the host has said.
   *
   * @param generation the newest that it has brought about; 0 for none
   */
  public record Observed(long generation, boolean fetched, Optional<String> error) {

    public static final Observed NOTHING = new Observed(0, false, Optional.empty());
  }

  /** The size that the API shows: whole gibibytes, rounded up. */
  public long sizeGib() {
    return Math.ceilDiv(sizeBytes, GIBIBYTE);
  }

  /**
   * Cinder's word for how it is, or what it was reset to; no reset makes usable what is not there
   * or is being reverted. The column {@code shown_status} is the same.
   */
  public String status() {
    return traits
        .status()
        .filter(shown -> isUsable() || !USABLE.contains(shown))
        .orElseGet(this::trueStatus);
  }

  /** What has been said of it once its host has nothing left of it. */
  public Observed observedGone() {
    return new Observed(desired.generation(), observed.fetched(), Optional.empty());
  }

  private boolean isUsable() {
    return desired.presence() == Presence.PRESENT && observed.generation() > 0 && !isReverting();
  }

  private boolean isReverting() {
    return desired.revert().filter(r -> observed.generation() < r.generation()).isPresent();
  }

  private String trueStatus() {
    if (desired.presence() == Presence.ABSENT) {
      return observed.error().isPresent() ? "error_deleting" : "deleting";
    }
    if (observed.generation() == 0) {
      return observed.error().isPresent() ? "error" : "creating";
    }
    if (attachment.isPresent()) {
      return attachment.get().holder().stage().volumeStatus();
    }
    if (observed.error().isPresent()) {
      return "error";
    }
    if (isReverting()) {
      return "reverting";
    }
    return observed.generation() < desired.resizeGeneration() ? "extending" : "available";
  }

  public boolean isDetaching() {
    return attachment.filter(a -> a.holder().stage() == Attachment.Stage.DETACHING).isPresent();
  }

  /** The name of the export of its attachment now; never used for another. */
  public String exportName() {
    return exportName(door());
  }

  /** Likewise of any door. */
  public String exportName(Attachment.Door door) {
    return id + "." + door.epoch();
  }

  /** The door that its attachment uses, or that of its own host. */
  public Attachment.Door door() {
    return doors().now().orElseGet(() -> new Attachment.Door(host, desired.epoch()));
  }

  /** Those that are open for its instance. */
  public Attachment.Doors doors() {
    return attachment
        .flatMap(Attachment::instance)
        .map(Attachment.Instance::doors)
        .orElse(Attachment.Doors.OWN);
  }

  public boolean isReadOnly() {
    return traits.readOnly().orElse(false);
  }

  /** What its host is told of it. */
  public VolumeSpec spec() {
    return new VolumeSpec(
        id.toString(),
        desired.generation(),
        desired.presence(),
        sizeBytes,
        source,
        attachment.filter(a -> a.holder().open()).stream().flatMap(this::exports).toList(),
        desired.revert().map(r -> new VolumeSpec.Revert(r.snapshotId().toString(), r.generation())),
        traits.type().flatMap(type -> QosLimits.of(type.qos(), sizeGib())));
  }

  private Stream<ExportSpec> exports(Attachment opened) {
    return Stream.concat(Stream.of(door()), doors().next().stream())
        .map(door -> export(opened, door));
  }

  private ExportSpec export(Attachment opened, Attachment.Door door) {
    boolean wantsToRead =
        opened.holder() instanceof Attachment.Outside outside && outside.readOnly();
    return new ExportSpec(
        exportName(door),
        door.epoch(),
        isReadOnly() || wantsToRead,
        Optional.of(door.host()).filter(where -> !where.equals(host)),
        opened.iscsi().map(IscsiSource::access));
  }

  public Volume described(Description changed) {
    return with(changed, traits, attachment, desired);
  }

  /** The same volume with other traits, which its host need not hear of. */
  public Volume with(Traits changed) {
    return with(description, changed, attachment, desired);
  }

  /** The same volume with another type, or other limits. */
  public Volume retyped(Type type) {
    return with(description, traits.of(type), attachment, desired.next());
  }

  /** The same volume showing another status; its own if it has that anyway. */
  public Volume showing(String status) {
    return with(traits.showing(Optional.of(status).filter(s -> !s.equals(trueStatus()))));
  }

  /** The same volume showing the status that it has. */
  public Volume showingItsOwn() {
    return with(natural());
  }

  /** The same volume with the attachment, to which it is open under a name of its own. */
  public Volume attached(Attachment to) {
    return with(description, natural(), Optional.of(to), desired.attached());
  }

  /** The same volume, open to its instance under a new name, on a host that may be another. */
  public Volume movedTo(String where) {
    Attachment.Door door = new Attachment.Door(where, desired.epoch() + 1);
    return at(
        new Attachment.Doors(
            Optional.of(door).filter(other -> !where.equals(host)), Optional.empty()),
        desired.attached());
  }

  /** The same volume, open to another host beside the one that has its instance. */
  public Volume openedTo(String where) {
    Attachment.Door next = new Attachment.Door(where, desired.epoch() + 1);
    return at(new Attachment.Doors(Optional.of(door()), Optional.of(next)), desired.attached());
  }

  /** The same volume, closed to the host that has had its instance, which the next one has now. */
  public Volume switched() {
    return at(new Attachment.Doors(doors().next(), Optional.empty()), desired.next());
  }

  /** The same volume, closed to the host that its instance has not come to. */
  public Volume closedToNext() {
    return at(new Attachment.Doors(doors().now(), Optional.empty()), desired.next());
  }

  private Volume at(Attachment.Doors doors, Desired wanted) {
    Optional<Attachment> there =
        attachment.map(a -> a.instance().map(i -> a.heldBy(i.at(doors))).orElse(a));
    return with(description, traits, there, wanted);
  }

  /** The same volume with the attachment at another stage, which its host need not hear of. */
  public Volume held(Attachment by) {
    return with(description, natural(), Optional.of(by), desired);
  }

  /** The same volume, closed to its attachment. */
  public Volume closed(Attachment to) {
    return with(description, natural(), Optional.of(to), desired.next());
  }

  public Volume detached() {
    return with(description, natural(), Optional.empty(), desired.next());
  }

  public Volume extended(long toBytes) {
    return new Volume(
        id,
        projectId,
        userId,
        description,
        host,
        toBytes,
        source,
        image,
        root,
        natural(),
        attachment,
        desired.resized(),
        observed,
        createdAt,
        updatedAt);
  }

  /** The same volume, with the contents of the snapshot from then on. */
  public Volume reverted(UUID snapshotId) {
    return with(description, natural(), attachment, desired.reverted(snapshotId));
  }

  /** The same volume, to be removed. */
  public Volume absent() {
    return with(description, natural(), Optional.empty(), desired.absent());
  }

  private Traits natural() {
    return traits.showing(Optional.empty());
  }

  private Volume with(
      Description changed, Traits marked, Optional<Attachment> attached, Desired wanted) {
    return new Volume(
        id, projectId, userId, changed, host, sizeBytes, source, image, root, marked, attached,
        wanted, observed, createdAt, updatedAt);
  }
}
