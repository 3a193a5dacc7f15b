package io.virga.control.volume;

import io.virga.control.database.Session;
import io.virga.control.database.Transaction;
import io.virga.control.image.DiskImages;
import io.virga.control.policy.Caller;
import io.virga.control.volume.life.VolumeDraft;
import io.virga.dataplane.desired.InstanceSpec.IscsiSource;
import io.virga.dataplane.desired.InstanceSpec.NbdSource;
import io.virga.dataplane.desired.VolumeSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Volumes as the compute service sees them. Everything happens in the caller's transaction, so a
 * server and its disks are claimed together or not at all. Every attachment gets an export of its
 * own, under a name that was never used before.
 */
public interface InstanceVolumes {

  /**
   * Makes the root disk of an instance: a volume that the volume API does not show, that counts
   * against no volume quota, and that ends with the instance.
   *
   * @param sizeBytes at least the image's virtual size; bad request otherwise
   */
  Mono<AttachedVolume> claimRoot(
      Transaction transaction, RootDisk disk, VolumeSource.Image source, long sizeBytes);

  /**
   * Makes a further disk of the instance's own, formatted; otherwise as {@link #claimRoot}.
   *
   * @param sizeBytes a multiple of a MiB
   */
  Mono<AttachedVolume> claimFurther(
      Transaction transaction, RootDisk disk, VolumeSource.Formatted source, long sizeBytes);

  /**
   * In the place of each further disk comes a new one like it, on the host; the old ones are on
   * their way out.
   */
  Mono<Void> renewFurther(Transaction transaction, String instanceId, String host);

  /**
   * Whose disk it is, and where.
   *
   * @param device {@link #ROOT} or {@link #RESCUE}, or that of a further disk
   */
  record RootDisk(String projectId, String instanceId, String host, String device) {

    /** The one that it boots from. */
    public RootDisk(String projectId, String instanceId, String host) {
      this(projectId, instanceId, host, ROOT);
    }
  }

  /** The device of the disk that an instance boots from. */
  String ROOT = "vda";

  /** What stands for the device of the disk that an instance boots from to be repaired. */
  String RESCUE = "rescue";

  /** The instance's own disk of the device is on its way out; it ends when the guest lets go. */
  Mono<Void> retireRoot(Transaction transaction, String instanceId, String device);

  /** Makes an own disk at least so large: the guest sees it when it begins anew. */
  Mono<Void> growRoot(Transaction transaction, String instanceId, String device, long sizeBytes);

  /**
   * Begins to make an image of the root disk, as it is at one moment. Fails with conflict while
   * another is being made.
   *
   * @return the image's id
   */
  Mono<UUID> imageOfRoot(
      Transaction transaction, Caller caller, String instanceId, DiskImages.NewImage image);

  /**
   * Begins to take snapshots of all volumes of an instance that boots from one, and makes an image
   * without bytes whose properties say so, in Nova's words. Fails as the volume API would.
   *
   * @return the image's id
   */
  Mono<UUID> imageOfVolumes(
      Transaction transaction, Caller caller, String instanceId, DiskImages.NewImage image);

  /** The image that the disk which an instance boots from was made of; empty if of none. */
  Mono<String> bootImage(Session session, String instanceId);

  /**
   * Attaches a volume of the caller's: it becomes {@code in-use}. Fails with not found, or with
   * conflict if it is not available, is on another host that opens it to its own alone, or is to be
   * opened over iSCSI where that is not offered.
   */
  Mono<AttachedVolume> attach(Transaction transaction, Caller caller, Attachment attachment);

  /**
   * Which volume goes where; the device is {@link #ROOT} to {@code vdz}.
   *
   * @param ends whether the volume ends with the instance
   */
  record Attachment(String volumeId, String instanceId, String host, String device, boolean ends) {}

  /**
   * A disk that a new instance shall have.
   *
   * @param boots whether it is the one that it boots from
   * @param ends whether it ends with the instance
   */
  record Wish(
      Source source, Optional<Long> sizeGib, Optional<String> type, boolean boots, boolean ends) {}

  /** What a disk is: a volume that is there, or a new one of something. */
  sealed interface Source {

    record Existing(String volumeId) implements Source {}

    record New(VolumeDraft.Source of) implements Source {}
  }

  /**
   * The host where such disks have to be, empty for any. Fails with bad request, as Nova words it,
   * for disks that cannot be had or not booted from.
   */
  Mono<Optional<String>> hostFor(Transaction transaction, Caller caller, List<Wish> wishes);

  /** Makes the disk, if it is a new one, and attaches it; the attachment's volume is ignored. */
  Mono<AttachedVolume> furnish(
      Transaction transaction, Caller caller, Wish wish, Attachment attachment);

  /**
   * Another volume of the caller's takes over from one of the instance, which becomes {@code
   * detaching} until the guest has been switched over. Fails with not found, or bad request if it
   * is smaller, or as {@link #attach}.
   */
  Mono<Void> swap(
      Transaction transaction, Caller caller, Swap swap, String instanceId, String host);

  /** Which volume takes over from which. */
  record Swap(String volumeId, String otherId) {}

  /** The volume becomes {@code detaching}; its export stays open until the guest has let go. */
  Mono<Void> beginDetach(
      Transaction transaction, Caller caller, String volumeId, String instanceId);

  /**
   * The guest has let go: closes the export; the volume is available, or a disk of the instance's
   * own ends. Nothing to do is no error.
   *
   * @return whether another volume has taken over from it
   */
  Mono<Boolean> finishDetach(Transaction transaction, String volumeId, String instanceId);

  /**
   * The only host where an instance can have all its volumes; empty if any can. Fails with conflict
   * while one of them takes over from another.
   */
  Mono<Optional<String>> tiedTo(Transaction transaction, String instanceId);

  /** Closes all volumes of an instance, and opens them to the host where it is to be. */
  Mono<Void> moveTo(Transaction transaction, String instanceId, String host);

  /** The instance is gone: ends its root disk, and detaches what else it had. */
  Mono<Void> releaseAll(Transaction transaction, String instanceId);

  /** What is attached to an instance now, its root disk first. */
  Flux<AttachedVolume> attached(Session session, String instanceId);

  /** Likewise for many instances. */
  Flux<AttachedVolume> attached(Session session, List<String> instanceIds);

  /** The same volumes, no more than what lists of instances show of them. */
  Flux<Disk> disks(Session session, List<String> instanceIds);

  /**
   * A volume in an instance, briefly.
   *
   * @param ends whether it ends with the instance
   */
  record Disk(String instanceId, String volumeId, boolean root, boolean ends) {}

  /**
   * A volume in an instance.
   *
   * @param exportName what the compute agent opens
   * @param iscsi how it opens it over iSCSI; it opens it over NBD otherwise
   * @param nbd where it opens it on another host's block store; on its own otherwise
   * @param root whether it is the instance's own disk, which the API's attachments do not list
   * @param ends whether it ends with the instance
   * @param readOnly whether the guest may only read it
   * @param detaching whether it is on its way out
   * @param replaces the volume that it takes over from, while that is being copied to it
   * @param format that of a further disk of the instance's own
   */
  record AttachedVolume(
      String instanceId,
      String volumeId,
      String exportName,
      Optional<IscsiSource> iscsi,
      Optional<NbdSource> nbd,
      String device,
      boolean root,
      boolean ends,
      boolean readOnly,
      boolean detaching,
      Optional<String> replaces,
      Optional<VolumeSource.Format> format) {}
}
