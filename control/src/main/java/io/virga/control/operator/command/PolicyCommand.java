package io.virga.control.operator.command;

import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Says who may use what. */
@Command(
    name = "policy",
    description = "Says who may use what of the APIs.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class PolicyCommand {

  private static final int BAD_REQUEST = 400;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description = "Shows each request that control answers, and what a caller must have.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin HomeOption home,
      @Option(names = "--service", description = "Of one service, for example identity.")
          Optional<String> service)
      throws IOException, InterruptedException {
    String query =
        service
            .map(name -> "?service=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
            .orElse("");
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      OperationsListener control =
          OperationsListener.of(home.existing().config().resolve("control.properties"), client);
      HttpResponse<String> response = control.get("/questions/policy" + query);
      if (response.statusCode() == BAD_REQUEST) {
        throw new IllegalArgumentException(
            Json.mapper().readTree(response.body()).path("message").asString(""));
      }
      if (response.statusCode() != 200) {
        throw control.refused(response);
      }
      print(Json.mapper().readTree(response.body()));
    }
    return 0;
  }

  private void print(JsonNode lines) {
    PrintWriter out = spec.commandLine().getOut();
    for (JsonNode line : lines) {
      out.printf(
          "%-6s %s: %s%n",
          line.path("method").asString(""),
          line.path("path").asString(""),
          line.path("needs").asString(""));
    }
    out.flush();
  }
}
