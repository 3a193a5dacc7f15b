package io.virga.control.volume.upload;

import java.util.UUID;
import reactor.core.publisher.Flux;

/** Reads whole volumes, each as it is at one moment. */
@FunctionalInterface
public interface VolumeContents {

  /** All bytes of a volume that the host has. Fails with unavailable if they cannot be had now. */
  Flux<byte[]> of(String host, UUID volumeId);
}
