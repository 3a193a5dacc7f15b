package io.virga.computeagent.console;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.virga.computeagent.host.Programs;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.tls.TestAuthority;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/** The agent's consoles, and a client of them with control's certificate. */
public final class ConsoleClient implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Transport transport = Transport.open(TransportChoice.AUTO, 1, "consoles");
  private final Scheduler files = Schedulers.newBoundedElastic(2, 64, "consoles");
  private final ProcessIdentity control;
  private final ConsoleServer server;
  private final List<Session> sessions = new ArrayList<>();

  /**
   * Starts to serve.
   *
   * @param folder takes certificates
   */
  public ConsoleClient(Path folder, ConsoleServer.Places places) {
    TestAuthority authority = new TestAuthority(folder);
    control = authority.identity("control", "c1");
    server =
        ConsoleServer.start(
            new HostPort("127.0.0.1", 0),
            authority.identity("compute-agent", "h1"),
            transport,
            places,
            files);
  }

  /** Opens {@code serial} or {@code vnc} of an instance. */
  public Session open(String instanceId, String console) {
    Session session = new Session("/v1/instances/" + instanceId + "/" + console);
    sessions.add(session);
    return session;
  }

  /** One WebSocket. */
  public final class Session {

    private final Sinks.Many<String> typed = Sinks.many().unicast().onBackpressureBuffer();
    private final StringBuffer shown = new StringBuffer();
    private final StringBuffer end = new StringBuffer();
    private final Disposable connection;

    private Session(String path) {
      connection =
          HttpClient.create()
              .runOn(transport.loopResources())
              .secure(spec -> spec.sslContext(control.clientContext("compute-agent")))
              .websocket()
              .uri("https://127.0.0.1:" + server.address().getPort() + path)
              .handle(
                  (in, out) ->
                      Mono.firstWithSignal(
                          in.receive()
                              .asByteArray()
                              .doOnNext(bytes -> shown.append(text(bytes)))
                              .then(),
                          out.sendObject(typed.asFlux().map(Session::frame), frame -> true).then()))
              .subscribe(
                  nothing -> {}, error -> end.append(error.getMessage()), () -> end.append("end"));
    }

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static BinaryWebSocketFrame frame(String text) {
      return new BinaryWebSocketFrame(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    public void send(String text) {
      typed.emitNext(text, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    /** All that has been shown. */
    public String shown() {
      return shown.toString();
    }

    public void awaitText(String text) {
      Programs.await("'" + text + "'", SOON, () -> shown.indexOf(text) >= 0 || !end.isEmpty());
      if (shown.indexOf(text) < 0) {
        throw new AssertionError("instead of '" + text + "' there came the end: " + end);
      }
    }

    /** Waits until the session is over; why, or {@code end}. */
    public String awaitEnd() {
      Programs.await("the end of a session", SOON, () -> !end.isEmpty());
      return end.toString();
    }
  }

  @Override
  public void close() {
    sessions.forEach(session -> session.connection.dispose());
    server.close();
    files.dispose();
    transport.close();
  }
}
