package io.virga.control.volume.model;

import io.virga.dataplane.desired.InstanceSpec.IscsiSource;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A volume's one attachment.
 *
 * @param id what clients call it
 * @param iscsi how it is opened over iSCSI; it is opened over NBD otherwise
 */
public record Attachment(UUID id, Holder holder, Instant at, Optional<IscsiSource> iscsi) {

  /** Whose it is. */
  public sealed interface Holder {

    /** The server that it is said to be in. */
    Optional<String> server();

    /** {@code vdb}, or whatever it is said to be there; empty if nobody has said. */
    String device();

    Stage stage();

    /** Whether the volume is open to it. */
    boolean open();
  }

  /**
   * An instance of the compute service's, which alone may end it.
   *
   * @param ends whether the volume ends with the instance; a root disk does anyway
   * @param replaces the volume that it takes over from, while that is being copied to it
   */
  public record Instance(
      String instanceId,
      String device,
      boolean ends,
      boolean detaching,
      Optional<UUID> replaces,
      Doors doors)
      implements Holder {

    /** The same, on its way out. */
    public Instance leaving() {
      return new Instance(instanceId, device, ends, true, replaces, doors);
    }

    /** The same, having taken over. */
    public Instance settled() {
      return new Instance(instanceId, device, ends, detaching, Optional.empty(), doors);
    }

    /** The same, open to the peers of other hosts. */
    public Instance at(Doors others) {
      return new Instance(instanceId, device, ends, detaching, replaces, others);
    }

    @Override
    public Optional<String> server() {
      return Optional.of(instanceId);
    }

    @Override
    public Stage stage() {
      return detaching ? Stage.DETACHING : Stage.ATTACHED;
    }

    @Override
    public boolean open() {
      return true;
    }
  }

  /**
   * Whose peers a volume is open to for its instance.
   *
   * @param now the door that the instance uses; absent: that of the volume's own host, of the
   *     volume's epoch
   * @param next that of the host which the instance is being moved to while it runs
   */
  public record Doors(Optional<Door> now, Optional<Door> next) {

    /** The volume's own host has the instance. */
    public static final Doors OWN = new Doors(Optional.empty(), Optional.empty());
  }

  /**
   * An export for one host.
   *
   * @param epoch by which it is named; never that of another door of the volume
   */
  public record Door(String host, long epoch) {}

  /**
   * Somebody who uses the volume API.
   *
   * @param host where he is
   * @param initiator the name by which he comes over iSCSI
   * @param readOnly whether he only wants to read
   */
  public record Outside(
      Optional<String> server,
      Optional<String> host,
      Optional<String> initiator,
      String device,
      boolean readOnly,
      Stage stage,
      boolean open)
      implements Holder {

    /** The same at another stage. */
    public Outside at(Stage next) {
      return new Outside(server, host, initiator, device, readOnly, next, open);
    }

    /** The same, to whom the volume is open or not. */
    public Outside open(boolean isOpen) {
      return new Outside(server, host, initiator, device, readOnly, stage, isOpen);
    }
  }

  /** How far it is. */
  public enum Stage {
    RESERVED("reserved", "reserved"),
    ATTACHING("attaching", "attaching"),
    ATTACHED("attached", "in-use"),
    DETACHING("detaching", "detaching");

    private final String title;
    private final String volumeStatus;

    Stage(String title, String volumeStatus) {
      this.title = title;
      this.volumeStatus = volumeStatus;
    }

    /** Cinder's word for the attachment. */
    public String title() {
      return title;
    }

    /** Cinder's word for the volume. */
    public String volumeStatus() {
      return volumeStatus;
    }
  }

  /** Whether it is the compute service's, in that instance. */
  public boolean isIn(String instanceId) {
    return holder instanceof Instance instance && instance.instanceId().equals(instanceId);
  }

  /** Whether the volume ends with the instance that it is in. */
  public boolean ends() {
    return instance().filter(Instance::ends).isPresent();
  }

  /** The instance of the compute service's that holds it. */
  public Optional<Instance> instance() {
    return holder instanceof Instance instance ? Optional.of(instance) : Optional.empty();
  }

  /** The same, held by another or otherwise. */
  public Attachment heldBy(Holder other) {
    return new Attachment(id, other, at, iscsi);
  }
}
