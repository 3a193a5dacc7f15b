package io.virga.control.image;

import io.virga.control.database.Session;
import io.virga.control.policy.Caller;
import io.virga.dataplane.desired.VolumeSource;
import reactor.core.publisher.Mono;

/** Images as those who make volumes and servers of them see them. */
public interface BootImages {

  /** The property by which an image without bytes says of what disks are made. */
  String MAPPING = "block_device_mapping";

  /**
   * An image that disks can be made from, locked against removal until the session's transaction
   * ends. Fails with bad request, naming the id, if the caller cannot see it, it is not active, or
   * it has no bootable form.
   */
  Mono<BootImage> bootable(Session session, Caller caller, String imageId);

  /**
   * What a server of an image boots from, locked likewise: a disk of it, where no image maps. Fails
   * as {@link #bootable}.
   */
  default Mono<Origin> origin(Session session, Caller caller, String imageId) {
    return bootable(session, caller, imageId).map(Origin.Disk::new);
  }

  /** What a server of an image boots from. */
  sealed interface Origin {

    /** A disk that is made of it. */
    record Disk(BootImage image) implements Origin {}

    /**
     * Disks that are made of other things.
     *
     * @param mapping what {@link #MAPPING} says
     */
    record Mapped(String mapping) implements Origin {}
  }

  /**
   * What a disk is made from.
   *
   * @param minDiskGib the smallest disk that the image asks for, 0 for none
   * @param minRamMib the smallest memory that the image asks for, 0 for none
   */
  record BootImage(
      String id, String name, long minDiskGib, long minRamMib, VolumeSource.Image source) {}
}
