package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.watch.Eventually;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Images that are made of volumes. */
@Timeout(120)
final class VolumeUploadTest {

  private VolumeCloud cloud;

  @BeforeEach
  void start() {
    cloud = new VolumeCloud();
  }

  @AfterEach
  void stop() {
    cloud.close();
  }

  @Test
  void makesAnImageOfAVolumeWhichShowsThatMeanwhile() {
    String id = cloud.available("p1", 2);
    Answer asked = upload("p1", id, Map.of("visibility", "shared"));
    assertThat(asked.status()).as(asked.text()).isEqualTo(202);
    assertThat(asked.at("/os-volume_upload_image/status")).isEqualTo("uploading");
    assertThat(asked.at("/os-volume_upload_image/disk_format")).isEqualTo("raw");
    UUID image = image(asked);
    Eventually.isTrue("it ends", () -> cloud.made().filled().containsKey(image));
    assertThat(cloud.made().filled().get(image)).isEqualTo("near " + id);
    Eventually.isTrue("it ends", () -> status("p1", id).equals("available"));
  }

  @Test
  void triesAgainWhatMayPassAndGivesUpWhatIsRefused() {
    String id = cloud.available("p2", 1);
    cloud.made().fail(2);
    UUID image = image(upload("p2", id, Map.of()));
    assertThat(status("p2", id)).isEqualTo("uploading");
    assertThat(upload("p2", id, Map.of("force", true)).status())
        .as("while one is being made")
        .isEqualTo(400);
    assertThat(cloud.member("DELETE", "p2", "volumes/" + id, null).status()).isEqualTo(400);
    Eventually.isTrue("it ends", () -> cloud.made().filled().containsKey(image));
    assertThat(cloud.made().filled().get(image)).isEqualTo("near " + id);

    Eventually.isTrue("it ends", () -> status("p2", id).equals("available"));
    cloud.made().refuse();
    UUID never = image(upload("p2", id, Map.of()));
    Eventually.isTrue("it ends", () -> cloud.made().filled().containsKey(never));
    assertThat(cloud.made().filled().get(never)).isEqualTo(MadeImages.GIVEN_UP);
    Eventually.isTrue("it ends", () -> status("p2", id).equals("available"));
  }

  @Test
  void takesAVolumeInUseOnlyByForce() {
    String id = cloud.available("p3", 1);
    cloud.attach("p3", id, UUID.randomUUID().toString());
    assertThat(upload("p3", id, Map.of()).status()).isEqualTo(400);
    UUID image = image(upload("p3", id, Map.of("force", true)));
    Eventually.isTrue("it ends", () -> cloud.made().filled().containsKey(image));
    Eventually.isTrue("it ends", () -> status("p3", id).equals("in-use"));
  }

  @Test
  void refusesWhatItCannotMake() {
    String id = cloud.available("p4", 1);
    Answer qcow = upload("p4", id, Map.of("disk_format", "qcow2"));
    assertThat(qcow.status()).isEqualTo(400);
    assertThat(qcow.text()).contains("qcow2").contains("raw");
    assertThat(upload("p4", UUID.randomUUID().toString(), Map.of()).status()).isEqualTo(404);
    assertThat(upload("other", id, Map.of()).status()).isEqualTo(404);
    assertThat(status("p4", id)).isEqualTo("available");
  }

  private Answer upload(String project, String volume, Map<String, Object> more) {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("image_name", "copy");
    return cloud.member(
        "POST",
        project,
        "volumes/" + volume + "/action",
        Map.of("os-volume_upload_image", arguments));
  }

  private static UUID image(Answer answer) {
    return UUID.fromString(answer.at("/os-volume_upload_image/image_id"));
  }

  private String status(String project, String volume) {
    return cloud.member("GET", project, "volumes/" + volume, null).at("/volume/status");
  }
}
