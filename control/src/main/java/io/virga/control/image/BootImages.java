package io.virga.control.image;

import io.virga.control.database.Session;
import io.virga.control.policy.Caller;
import io.virga.dataplane.desired.VolumeSource;
import reactor.core.publisher.Mono;

/** Images as those who make volumes and servers of them see them. */
public interface BootImages {

  /**
   * An image that disks can be made from, locked against removal until the session's transaction
   * ends. Fails with bad request, naming the id, if the caller cannot see it, it is not active, or
   * it has no bootable form.
   */
  Mono<BootImage> bootable(Session session, Caller caller, String imageId);

  /**
   * What a disk is made from.
   *
   * @param minDiskGib the smallest disk that the image asks for, 0 for none
   * @param minRamMib the smallest memory that the image asks for, 0 for none
   */
  record BootImage(
      String id, String name, long minDiskGib, long minRamMib, VolumeSource.Image source) {}
}
