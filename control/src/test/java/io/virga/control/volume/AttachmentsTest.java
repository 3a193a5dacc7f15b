package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.IscsiAccess;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.watch.Eventually;
import io.virga.dataplane.watch.ObservedState.Status;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Volumes that are attached through the volume API itself: by attachments, and as before them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AttachmentsTest {

  private static final String SERVER = "0d0d0d0d-0000-4000-8000-000000000001";
  private static final String INITIATOR = "iqn.2026-11.example:me";
  private static final Map<String, Object> CONNECTOR =
      Map.of("initiator", INITIATOR, "host", "outside", "ip", "127.0.0.1", "multipath", false);

  private VolumeCloud cloud;

  @BeforeAll
  void start() {
    cloud = new VolumeCloud();
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void anAttachmentIsReservedConnectedCompletedAndDeleted() {
    String id = cloud.availableOverIscsi("p1");
    Answer reserved =
        call(
            "POST",
            "p1",
            "attachments",
            attachment(Map.of("volume_uuid", id, "instance_uuid", SERVER)));
    assertThat(reserved.status()).as(reserved.text()).isEqualTo(200);
    assertThat(reserved.at("/attachment/status")).isEqualTo("reserved");
    assertThat(reserved.json().at("/attachment/connection_info")).isEmpty();
    assertThat(show("p1", id, "status")).isEqualTo("reserved");
    assertThat(cloud.spec(id, "near").exports()).isEmpty();

    String attachment = "attachments/" + reserved.at("/attachment/id");
    hostIsReady(id);
    Answer connected = call("PUT", "p1", attachment, attachment(Map.of("connector", CONNECTOR)));
    assertThat(connected.status()).as(connected.text()).isEqualTo(200);
    assertOpensOverIscsi(connected, "/attachment/connection_info", id, 1);
    assertThat(connected.at("/attachment/connection_info/driver_volume_type")).isEqualTo("iscsi");
    assertThat(show("p1", id, "status")).isEqualTo("attaching");

    Answer completed = call("POST", "p1", attachment + "/action", Map.of("os-complete", SERVER));
    assertThat(completed.status()).isEqualTo(204);
    assertThat(show("p1", id, "status")).isEqualTo("in-use");
    assertThat(show("p1", id, "attachments/0/server_id")).isEqualTo(SERVER);
    assertThat(show("p1", id, "attachments/0/host_name")).isEqualTo("outside");
    assertThat(call("GET", "p1", "attachments?volume_id=" + id, null).at("/attachments/0/status"))
        .isEqualTo("attached");
    assertThat(call("GET", "other", attachment, null).status()).isEqualTo(404);

    Answer deleted = call("DELETE", "p1", attachment, null);
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.json().at("/attachments")).isEmpty();
    assertThat(show("p1", id, "status")).isEqualTo("available");
    assertThat(cloud.spec(id, "near").exports()).isEmpty();
    assertThat(call("GET", "p1", attachment, null).status()).isEqualTo(404);
  }

  @Test
  void eachAttachmentHasANameAndAnAccountOfItsOwn() {
    String id = cloud.availableOverIscsi("p2");
    hostIsReady(id);
    Answer first = call("POST", "p2", "attachments", attachment(of(id)));
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(call("POST", "p2", "attachments", attachment(of(id))).status()).isEqualTo(400);
    call("DELETE", "p2", "attachments/" + first.at("/attachment/id"), null);
    hostIsReady(id);
    Answer second = call("POST", "p2", "attachments", attachment(of(id)));
    assertOpensOverIscsi(second, "/attachment/connection_info", id, 2);
    for (String own : List.of("auth_username", "auth_password", "target_iqn", "attachment_id")) {
      String pointer = "/attachment/connection_info/" + own;
      assertThat(second.at(pointer)).isNotEqualTo(first.at(pointer));
    }
    assertThat(second.at("/attachment/connection_info/auth_password")).hasSize(32);
  }

  @Test
  void theOlderActionsGiveTheSame() {
    String id = cloud.availableOverIscsi("p3");
    assertThat(act("p3", id, "os-reserve", Map.of()).status()).isEqualTo(202);
    hostIsReady(id);
    Answer connected = initialize("p3", id, CONNECTOR);
    assertThat(connected.status()).as(connected.text()).isEqualTo(200);
    assertThat(connected.at("/connection_info/driver_volume_type")).isEqualTo("iscsi");
    assertOpensOverIscsi(connected, "/connection_info/data", id, 1);
    assertThat(initialize("p3", id, CONNECTOR).text()).as("again").isEqualTo(connected.text());
    assertThat(initialize("p3", id, Map.of("initiator", "iqn.2026-11.example:other")).status())
        .isEqualTo(409);

    Map<String, Object> where = Map.of("instance_uuid", SERVER, "mountpoint", "/dev/vdc");
    assertThat(act("p3", id, "os-attach", where).status()).isEqualTo(202);
    assertThat(show("p3", id, "status")).isEqualTo("in-use");
    assertThat(show("p3", id, "attachments/0/device")).isEqualTo("/dev/vdc");
    assertThat(act("p3", id, "os-begin_detaching", Map.of()).status()).isEqualTo(202);
    assertThat(show("p3", id, "status")).isEqualTo("detaching");
    assertThat(act("p3", id, "os-roll_detaching", Map.of()).status()).isEqualTo(202);
    assertThat(act("p3", id, "os-begin_detaching", Map.of()).status()).isEqualTo(202);
    assertThat(act("p3", id, "os-terminate_connection", Map.of("connector", CONNECTOR)).status())
        .isEqualTo(202);
    assertThat(cloud.spec(id, "near").exports()).isEmpty();
    assertThat(show("p3", id, "status")).isEqualTo("detaching");
    assertThat(act("p3", id, "os-detach", Map.of("attachment_id", SERVER)).status()).isEqualTo(400);
    assertThat(act("p3", id, "os-detach", Map.of()).status()).isEqualTo(202);
    assertThat(show("p3", id, "status")).isEqualTo("available");
    assertThat(act("p3", id, "os-begin_detaching", Map.of()).status()).isEqualTo(400);
  }

  @Test
  void answersWhenTheHostHasOpenedTheVolume() throws Exception {
    String id = cloud.availableOverIscsi("p8");
    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(() -> initialize("p8", id, CONNECTOR));
    Eventually.isTrue("told the host", () -> !cloud.spec(id, "near").exports().isEmpty());
    assertThat(answer).isNotDone();
    cloud.report("near", Kind.VOLUME, id, cloud.spec(id, "near").generation(), Status.READY);
    assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
  }

  @Test
  void whatTheComputeServiceHasAttachedIsItsOwn() {
    String id = cloud.availableOverIscsi("p9");
    cloud.attach("p9", id, SERVER);
    hostIsReady(id);
    IscsiAccess access = cloud.spec(id, "near").exports().getFirst().iscsi().orElseThrow();
    assertThat(access.initiator()).contains("iqn.2026-01.io.virga:host.near");
    Answer listed = call("GET", "p9", "attachments/detail", null);
    assertThat(listed.at("/attachments/0/instance")).isEqualTo(SERVER);
    String attachment = "attachments/" + listed.at("/attachments/0/id");
    Answer shown = call("GET", "p9", attachment, null);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.text() + listed.text()).doesNotContain(access.secret(), access.user());
    assertThat(call("DELETE", "p9", attachment, null).status()).isEqualTo(409);
    assertThat(call("PUT", "p9", attachment, attachment(Map.of("connector", CONNECTOR))).status())
        .isEqualTo(409);
    assertThat(initialize("p9", id, CONNECTOR).status()).isEqualTo(409);
    Map<String, Object> connector = Map.of("connector", CONNECTOR);
    assertThat(act("p9", id, "os-terminate_connection", connector).status()).isEqualTo(409);
    assertThat(act("p9", id, "os-detach", Map.of()).status()).isEqualTo(409);
    assertThat(act("p9", id, "os-begin_detaching", Map.of()).status()).isEqualTo(409);
    assertThat(show("p9", id, "status")).isEqualTo("in-use");
  }

  @Test
  void iscsiNeedsAnInitiatorAndAHostThatOffersIt() {
    String id = cloud.availableOverIscsi("p4");
    Answer refused = initialize("p4", id, Map.of("host", "outside"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/badRequest/message")).contains("initiator");
    cloud.forgetPortals();
    try {
      assertThat(initialize("p4", id, CONNECTOR).status()).isEqualTo(409);
    } finally {
      cloud.tellPortals();
    }
    assertThat(show("p4", id, "status")).isEqualTo("available");
  }

  @Test
  void otherVolumesAreOpenedOverNbd() {
    String id = cloud.available("p5", 1);
    hostIsReady(id);
    Answer connected =
        initialize("p5", id, Map.of("initiator", INITIATOR, "host", "outside", "mode", "ro"));
    assertThat(connected.at("/connection_info/driver_volume_type")).isEqualTo("nbd");
    assertThat(connected.at("/connection_info/data/url"))
        .isEqualTo("nbd://127.0.0.1:8720/" + id + ".1");
    assertThat(connected.at("/connection_info/data/access_mode")).isEqualTo("ro");
    assertThat(cloud.spec(id, "near").exports())
        .containsExactly(new ExportSpec(id + ".1", 1, true));
  }

  @Test
  void aTypeOpensItsVolumesByOneOfTheProtocolsThatThereAre() {
    for (String bad : List.of("FC", "", "<in> iSCSI")) {
      Map<String, Object> type =
          Map.of("name", "t6", "extra_specs", Map.of("storage_protocol", bad));
      Answer refused = cloud.admin("POST", "p6", "types", Map.of("volume_type", type));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.at("/badRequest/message")).contains("'" + bad + "'", "NBD, iSCSI");
    }
    String type =
        cloud
            .admin("POST", "p6", "types", Map.of("volume_type", Map.of("name", "t6")))
            .at("/volume_type/id");
    String specs = "types/" + type + "/extra_specs";
    Map<String, Object> scoped = Map.of("capabilities:storage_protocol", "nfs");
    assertThat(cloud.admin("POST", "p6", specs, Map.of("extra_specs", scoped)).status())
        .isEqualTo(400);
    String spec = specs + "/storage_protocol";
    assertThat(cloud.admin("PUT", "p6", spec, Map.of("storage_protocol", "nfs")).status())
        .isEqualTo(400);
    assertThat(cloud.admin("PUT", "p6", spec, Map.of("storage_protocol", "NBD")).status())
        .isEqualTo(200);
  }

  @Test
  void attachmentsAreOfLaterVersions() {
    String path = "/volume/v3/p7/attachments";
    String token = cloud.api().token("p7", "member", "reader");
    assertThat(cloud.api().get(path, token).status()).isEqualTo(404);
    assertThat(call("GET", "p7", "attachments/detail", null).json().at("/attachments")).isEmpty();
    String nothing = "attachments/" + UUID.randomUUID();
    assertThat(call("GET", "p7", nothing, null).status()).isEqualTo(404);
    assertThat(call("DELETE", "p7", nothing, null).status()).isEqualTo(404);
  }

  private void assertOpensOverIscsi(Answer answer, String pointer, String id, long epoch) {
    String name = id + "." + epoch;
    assertThat(answer.at(pointer + "/target_iqn")).isEqualTo(IscsiAccess.target(name));
    assertThat(answer.at(pointer + "/target_portal")).isEqualTo(VolumeCloud.PORTAL);
    assertThat(answer.at(pointer + "/target_lun")).isEqualTo("0");
    assertThat(answer.at(pointer + "/auth_method")).isEqualTo("CHAP");
    assertThat(answer.at(pointer + "/access_mode")).isEqualTo("rw");
    assertThat(answer.at(pointer + "/discard")).isEqualTo("true");
    assertThat(answer.json().at(pointer).has("qos_specs")).isTrue();
    assertThat(answer.at(pointer + "/volume_id")).isEqualTo(id);
    ExportSpec export = cloud.spec(id, "near").exports().getFirst();
    assertThat(export.name()).isEqualTo(name);
    IscsiAccess access = export.iscsi().orElseThrow();
    assertThat(access.user()).isEqualTo(answer.at(pointer + "/auth_username"));
    assertThat(access.secret()).isEqualTo(answer.at(pointer + "/auth_password"));
    assertThat(access.initiator()).contains(INITIATOR);
  }

  /** The host has done, or does, whatever will be asked of it. */
  private void hostIsReady(String id) {
    cloud.report("near", Kind.VOLUME, id, 100, Status.READY);
  }

  private static Map<String, Object> of(String volume) {
    return Map.of("volume_uuid", volume, "instance_uuid", SERVER, "connector", CONNECTOR);
  }

  private static Map<String, Object> attachment(Map<String, Object> members) {
    return Map.of("attachment", members);
  }

  private Answer initialize(String project, String id, Map<String, Object> connector) {
    return act(project, id, "os-initialize_connection", Map.of("connector", connector));
  }

  private Answer act(String project, String id, String action, Map<String, Object> arguments) {
    return cloud.member("POST", project, "volumes/" + id + "/action", Map.of(action, arguments));
  }

  private Answer call(String method, String project, String path, @Nullable Object body) {
    return cloud.at("3.54", method, project, path, body);
  }

  private String show(String project, String id, String member) {
    return cloud.member("GET", project, "volumes/" + id, null).at("/volume/" + member);
  }
}
