package io.virga.control.operator.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.virga.control.operator.VirgaCommand;
import io.virga.control.operator.home.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A home with one process, whose operations listener answers a question as it is told and keeps
 * what it was asked.
 */
final class Questioned implements AutoCloseable {

  static final String TOKEN = "0123456789abcdef";

  private final Path home;
  private final HttpServer listener;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile int status;
  private volatile String answer;

  /**
   * Listens at once.
   *
   * @param service whose configuration names the listener
   * @param question the last part of the path that is asked
   */
  Questioned(Path home, String service, String question, String answer) throws IOException {
    this.home = home;
    this.status = 200;
    this.answer = answer;
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/supervisor.json"), "{}");
    PrivateFiles.write(home.resolve("token"), TOKEN + "\n");
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext("/questions/" + question, this::answer);
    listener.start();
    Files.writeString(
        home.resolve("config/" + service + ".properties"),
        "virga.operations.listen=127.0.0.1:%d%nvirga.operations.token-file=%s%n"
            .formatted(listener.getAddress().getPort(), home.resolve("token")));
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestURI());
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** From now on. */
  void refuse(int refusal, String message) {
    status = refusal;
    answer = "{\"message\":\"" + message + "\"}";
  }

  /** What it was asked, each with the token and the whole path. */
  List<String> asked() {
    return asked;
  }

  /** What a command has left behind. */
  record Ran(int status, String out, String err) {}

  /** Runs {@code ./virga command subcommand --home … more}. */
  Ran run(String command, String subcommand, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] line =
        Stream.concat(Stream.of(command, subcommand, "--home", home.toString()), Stream.of(more))
            .toArray(String[]::new);
    int exit = VirgaCommand.run(new PrintWriter(out), new PrintWriter(err, true), line);
    return new Ran(exit, out.toString(), err.toString());
  }

  @Override
  public void close() {
    listener.stop(0);
  }
}
