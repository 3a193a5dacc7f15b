package io.virga.control.compute;

import io.virga.control.http.ApiService;
import io.virga.control.testing.TestApi;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.MadeImages;
import io.virga.control.volume.VolumeService;
import io.virga.dataplane.desired.VolumeSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Flux;

/** With the real volume service, and 100 GiB of disk on the host. */
abstract class VolumesFixture extends ComputeFixture {

  @Override
  InstanceVolumes volumes(TestApi started, List<ApiService> services) {
    VolumeService service =
        new VolumeService(
            started.foundation(),
            new VolumeService.Images(
                new OneBootImage(), new MadeImages(), (host, id) -> Flux.never(), "control"));
    services.add(service);
    volumeReports.set(service.reports());
    return service.instanceVolumes();
  }

  @BeforeEach
  void haveRoom() {
    api.database()
        .sql("UPDATE host SET disk_bytes = :bytes WHERE service = 'blockstore'")
        .bind("bytes", 100L << 30)
        .execute()
        .block(SOON);
  }

  VolumeSpec spec(String volume) {
    return told(VolumeSpec.class).stream()
        .filter(spec -> spec.id().equals(volume))
        .findFirst()
        .orElseThrow();
  }
}
