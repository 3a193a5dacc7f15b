package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.watch.ObservedState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many statements servers cost. Those that begin and end transactions count too. */
final class ServerStatementsTest extends VolumesFixture {

  @Test
  void aServerWithoutCardsTakesFew() {
    create(without("first"));
    api.statements().take();
    create(without("vm"));
    assertThat(api.statements().take()).hasSizeLessThanOrEqualTo(11);
  }

  @Test
  void aCardMakesThemMore() {
    String network = network();
    create(on(network));
    api.statements().take();
    create(on(network));
    assertThat(api.statements().take()).hasSizeLessThanOrEqualTo(23);
  }

  @Test
  void showingTakesOneOfEachThingThatHangsOnIt() {
    network();
    String id = create();
    report(id, 1, ObservedState.Status.READY, "running");
    api.statements().take();
    Answer shown = api.get(ROOT + "servers/" + id, token);
    assertThat(shown.json().at("/server/addresses/net").size()).isEqualTo(1);
    assertThat(api.statements().take()).hasSizeLessThanOrEqualTo(3);
    create();
    create();
    api.statements().take();
    assertThat(api.get(ROOT + "servers/detail", token).json().path("servers").size()).isEqualTo(3);
    assertThat(api.statements().take()).hasSizeLessThanOrEqualTo(3);
  }

  private static Map<String, Object> on(String network) {
    Map<String, Object> body = body("vm", "1");
    body.put("networks", List.of(Map.of("uuid", network)));
    return body;
  }

  private static Map<String, Object> without(String name) {
    Map<String, Object> body = body(name, "1");
    body.put("networks", "none");
    return body;
  }
}
