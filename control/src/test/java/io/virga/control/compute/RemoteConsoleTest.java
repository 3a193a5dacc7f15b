package io.virga.control.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.door.ControlDoor;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.dataplane.watch.ObservedState;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Consoles of servers, through control, at an agent that shouts back what it hears. */
final class RemoteConsoleTest extends ComputeFixture {

  private static final String ENDED = "ended";
  private static final String PAGE = "http://virga.test/compute/consoles/vnc.html?path=";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Transport transport = Transport.open(TransportChoice.NIO, 1, "agent");
  private final ControlDoor agent =
      ControlDoor.open(
          new HostPort("127.0.0.1", 0),
          Certificate.AUTHORITY.identity("compute-agent", HOST),
          transport,
          RemoteConsoleTest::answer);
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @BeforeEach
  void knowTheAgent() {
    api.database()
        .sql(
            "UPDATE host SET details = jsonb_build_object('consoleUrl', CAST(:url AS text))"
                + " WHERE service = 'compute-agent'")
        .bind("url", "https://127.0.0.1:" + agent.address().getPort())
        .execute()
        .block(SOON);
  }

  @AfterEach
  void stopTheAgent() {
    agent.close();
    transport.close();
  }

  private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    String console = request.uri().substring(request.uri().lastIndexOf('/') + 1);
    if (!request.uri().matches("/v1/instances/[0-9a-f-]{36}/(serial|vnc)")) {
      return ControlDoor.refuse(response, HttpResponseStatus.NOT_FOUND, "no such path");
    }
    return response.sendWebsocket(
        (in, out) ->
            out.sendObject(
                in.receive()
                    .asString(StandardCharsets.UTF_8)
                    .takeUntil("bye"::equals)
                    .map(text -> console + " " + text.toUpperCase(Locale.ROOT))
                    .map(
                        text ->
                            new BinaryWebSocketFrame(
                                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))),
                frame -> true));
  }

  @ParameterizedTest
  @CsvSource({"serial,serial", "vnc,novnc"})
  void joinsWhoeverHasTheToken(String protocol, String type) throws Exception {
    String id = running();
    Answer made = create(id, protocol, type);
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(made.at("/remote_console/protocol")).isEqualTo(protocol);
    assertThat(made.at("/remote_console/type")).isEqualTo(type);
    String url = socket(made.at("/remote_console/url"));
    assertThat(
            api.database()
                .sql("SELECT hash FROM console_token")
                .one(row -> row.text("hash"))
                .block(SOON))
        .as("the token itself is not kept")
        .isNotEqualTo(url.substring(url.indexOf('=') + 1));
    WebSocket socket = open(url);
    send(socket, "hello");
    assertThat(next()).isEqualTo(protocol + " HELLO");
    send(socket, "once more");
    assertThat(next()).isEqualTo(protocol + " ONCE MORE");
    send(socket, "bye");
    assertThat(next()).isEqualTo(protocol + " BYE");
    assertThat(next()).isEqualTo(ENDED);
    send(open(url), "again");
    assertThat(next()).isEqualTo(protocol + " AGAIN");
  }

  @Test
  void hasRoomForSoManySessionsAndAgainForAsManyOnceTheyHaveEnded() throws Exception {
    String url = create(running(), "serial", "serial").at("/remote_console/url");
    // Often enough that what is said last would be lost once, if it could be.
    for (int i = 0; i < 100; i++) {
      WebSocket socket = open(url);
      send(socket, "bye");
      assertThat(next()).isEqualTo("serial BYE");
      assertThat(next()).isEqualTo(ENDED);
    }
    for (int i = 0; i < 256; i++) {
      open(url);
    }
    assertThatThrownBy(() -> open(url)).hasStackTraceContaining("503");
  }

  @Test
  void whatAnswersAPingIsNotTyped() throws Exception {
    WebSocket socket = open(create(running(), "serial", "serial").at("/remote_console/url"));
    socket.sendPong(ByteBuffer.wrap("not typed".getBytes(StandardCharsets.UTF_8))).join();
    send(socket, "typed");
    assertThat(next()).isEqualTo("serial TYPED");
  }

  @Test
  void refusesWhoeverHasNone() {
    String id = running();
    String url = create(id, "serial", "serial").at("/remote_console/url");
    assertThat(api.get("/compute/consoles", "").status()).isEqualTo(400);
    assertThat(api.get(path(url), "").status()).as("no WebSocket").isEqualTo(400);
    assertThatThrownBy(() -> open(url + "x")).hasStackTraceContaining("403");
    api.database()
        .sql("UPDATE console_token SET expires_at = now() - interval '1 second'")
        .execute()
        .block(SOON);
    assertThatThrownBy(() -> open(url)).hasStackTraceContaining("403");
    create(id, "serial", "serial");
    assertThat(
            api.database()
                .sql("SELECT count(*) AS kept FROM console_token")
                .one(row -> row.number("kept"))
                .block(SOON))
        .as("what has expired is forgotten")
        .isEqualTo(1);
  }

  @Test
  void refusesAWebSocketByNothingThatCouldBeTakenForAFrame() throws Exception {
    URI uri = api.request("/").build().uri();
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout((int) SOON.toMillis());
      String request =
          """
          GET /compute/consoles?token=bad HTTP/1.1
          Host: virga.test
          Upgrade: websocket
          Connection: Upgrade
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
          Sec-WebSocket-Version: 13

          """;
      socket
          .getOutputStream()
          .write(request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\n");
    }
  }

  @Test
  void opensNothingOfServersThatDoNotRun() {
    String id = create();
    assertThat(create(id, "serial", "serial").status()).isEqualTo(409);
    report(id, 1, ObservedState.Status.READY, "running");
    String url = create(id, "serial", "serial").at("/remote_console/url");
    act(id, Map.of("os-stop", Map.of()));
    report(id, 2, ObservedState.Status.READY, "stopped");
    assertThatThrownBy(() -> open(url)).hasStackTraceContaining("409");
    api.delete(ROOT + "servers/" + id, token);
    report(id, 3, ObservedState.Status.ABSENT, "");
    assertThatThrownBy(() -> open(url)).hasStackTraceContaining("403");
  }

  @Test
  void endsTheSessionOfAHostThatHasNoSuchConsole() throws Exception {
    String id = running();
    String url = create(id, "serial", "serial").at("/remote_console/url");
    agent.close();
    open(url);
    assertThat(next()).isEqualTo(ENDED);
  }

  @Test
  void speaksTheOlderForms() {
    String id = running();
    Answer old = answer(id, Map.of("os-getVNCConsole", Map.of("type", "novnc")));
    assertThat(old.at("/console/type")).isEqualTo("novnc");
    assertThat(old.at("/console/url")).startsWith(PAGE);
    assertThat(answer(id, Map.of("os-getSerialConsole", Map.of("type", "serial"))).status())
        .isEqualTo(200);
    assertThat(answer(id, Map.of("os-getVNCConsole", Map.of("type", "xvpvnc"))).status())
        .isEqualTo(400);
    assertThat(create(id, "spice", "spice-html5").status()).isEqualTo(400);
    assertThat(create(id, "serial", "novnc").status()).isEqualTo(400);
    Map<String, Object> body = Map.of("os-getVNCConsole", Map.of("type", "novnc"));
    assertThat(api.send(version("2.6", "servers/" + id + "/action").POST(json(body))).status())
        .isEqualTo(404);
    assertThat(api.post(ROOT + "servers/" + id + "/remote-consoles", token, Map.of()).status())
        .as("before 2.6")
        .isEqualTo(404);
    String others = api.token("other", "member", "reader");
    assertThat(api.post(ROOT + "servers/" + id + "/action", others, body).status()).isEqualTo(404);
  }

  private Answer create(String id, String protocol, String type) {
    Map<String, Object> body = Map.of("remote_console", Map.of("protocol", protocol, "type", type));
    return api.send(version("2.8", "servers/" + id + "/remote-consoles").POST(json(body)));
  }

  /** The WebSocket of a console, which a page's address names as tempest and noVNC read it. */
  private static String socket(String url) {
    String socket =
        url.startsWith(PAGE)
            ? "ws://virga.test/"
                + URLDecoder.decode(url.substring(PAGE.length()), StandardCharsets.UTF_8)
            : url;
    assertThat(socket).startsWith("ws://virga.test/compute/consoles?token=");
    return socket;
  }

  private static String path(String url) {
    return url.substring("ws://virga.test".length());
  }

  private WebSocket open(String url) {
    URI http = api.request(path(url)).build().uri();
    URI address = URI.create(http.toString().replaceFirst("^http", "ws"));
    return CLIENT
        .newWebSocketBuilder()
        .subprotocols("binary")
        .buildAsync(address, new Listener())
        .join();
  }

  private static void send(WebSocket socket, String text) {
    socket.sendBinary(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), true).join();
  }

  private @Nullable String next() throws InterruptedException {
    return heard.poll(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  /** Puts what it hears into a queue. */
  private final class Listener implements WebSocket.Listener {

    private final StringBuilder message = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      message.append(StandardCharsets.UTF_8.decode(data));
      if (last) {
        heard.add(message.toString());
        message.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      heard.add(ENDED);
      return null;
    }
  }
}
