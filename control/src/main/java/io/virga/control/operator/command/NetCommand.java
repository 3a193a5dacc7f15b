package io.virga.control.operator.command;

import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Explains what this host's network agent does with packets. */
@Command(
    name = "net",
    description = "Explains what the network of this host does.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class NetCommand {

  private static final int BAD_REQUEST = 400;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "trace",
      description = "Says table by table why a packet that a port sends passes or is dropped.",
      mixinStandardHelpOptions = true)
  int trace(
      @Mixin HomeOption home,
      @Option(names = "--port", required = true, description = "The id of the port that sends.")
          String port,
      @Parameters(paramLabel = "PROTOCOL", description = "tcp, udp or icmp.") String protocol,
      @Parameters(
              paramLabel = "ADDRESS[:PORT]",
              description = "Where it is sent, for example 10.0.0.5:80 or [2001:db8::5]:80.")
          String to)
      throws IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      OperationsListener agent =
          OperationsListener.of(home.existing().config().resolve("netagent.properties"), client);
      HttpResponse<String> response =
          agent.get(
              "/questions/trace?port=%s&protocol=%s&to=%s"
                  .formatted(encoded(port), encoded(protocol), encoded(to)));
      if (response.statusCode() == BAD_REQUEST) {
        throw new IllegalArgumentException(
            Json.mapper().readTree(response.body()).path("message").asString(""));
      }
      if (response.statusCode() != 200) {
        throw agent.refused(response);
      }
      print(Json.mapper().readTree(response.body()));
    }
    return 0;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void print(JsonNode explanation) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(explanation.path("packet").asString(""));
    for (JsonNode step : explanation.path("steps")) {
      out.printf("%3d  %s%n", step.path("table").asInt(0), step.path("purpose").asString(""));
      String flow = step.path("flow").asString("");
      out.println("       " + (flow.isEmpty() ? "no flow matches" : flow));
      step.path("effects").forEach(effect -> out.println("       - " + effect.asString("")));
    }
    explanation.path("outcome").forEach(line -> out.println("=> " + line.asString("")));
    out.flush();
  }
}
