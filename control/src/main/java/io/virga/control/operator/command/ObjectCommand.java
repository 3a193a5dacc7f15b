package io.virga.control.operator.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows how the object store keeps what it holds, and has it do what it does by itself now. */
@Command(
    name = "object",
    description =
        "Shows and starts what keeps the stored objects whole, on each node of this host.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class ObjectCommand {

  private static final long PAUSE_MILLIS = 250;
  private static final long SHOWN_EVERY_NANOS = 2_000_000_000L;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "status",
      description = "Shows how far each pass is, and what damage is known.",
      mixinStandardHelpOptions = true)
  int status(@Mixin HomeOption home) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (HttpClient client = client()) {
      for (ObjectNodeTasks node : ObjectNodeTasks.of(home.existing(), client)) {
        for (Map.Entry<String, JsonNode> task : node.reports().properties()) {
          String state = task.getValue().path("running").asBoolean() ? "runs" : "-";
          out.printf("%-14s %-16s %-5s", node.name(), task.getKey(), state);
          out.println(shown(task.getValue().path("progress")));
        }
      }
    }
    return 0;
  }

  @Command(
      name = "audit",
      description = "Reads every byte now; what is damaged is set apart and replaced.",
      mixinStandardHelpOptions = true)
  int audit(@Mixin HomeOption home) throws IOException, InterruptedException {
    return run(home, "audit");
  }

  @Command(
      name = "replicate",
      description = "Compares all partitions with their other replicas now, and exchanges.",
      mixinStandardHelpOptions = true)
  int replicate(@Mixin HomeOption home) throws IOException, InterruptedException {
    return run(home, "replicate");
  }

  @Command(
      name = "compact",
      description = "Gives back the space of what was deleted, where it is worth it.",
      mixinStandardHelpOptions = true)
  int compact(@Mixin HomeOption home) throws IOException, InterruptedException {
    return run(home, "compact");
  }

  @Command(
      name = "purge",
      description = "Forgets what was deleted longer ago than the reclaim age.",
      mixinStandardHelpOptions = true)
  int purge(@Mixin HomeOption home) throws IOException, InterruptedException {
    return run(home, "purge");
  }

  @Command(
      name = "purge-quarantine",
      description = "Deletes the damaged bytes of objects that have a good copy again.",
      mixinStandardHelpOptions = true)
  int purgeQuarantine(@Mixin HomeOption home) throws IOException, InterruptedException {
    return run(home, "purge-quarantine");
  }

  @Command(
      name = "listings",
      description = "Tells containers now of objects that they may not have heard of.",
      mixinStandardHelpOptions = true)
  int listings(@Mixin HomeOption home) throws IOException, InterruptedException {
    return run(home, "listings");
  }

  @Command(
      name = "check",
      description = "Proves that every replica has everything; exit status 0 only then.",
      mixinStandardHelpOptions = true)
  int check(@Mixin HomeOption home) throws IOException, InterruptedException {
    return run(home, "check");
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  }

  /** Has all nodes do it at once and waits for them. */
  private int run(HomeOption home, String task) throws IOException, InterruptedException {
    try (HttpClient client = client()) {
      List<ObjectNodeTasks> waiting = new ArrayList<>(ObjectNodeTasks.of(home.existing(), client));
      for (ObjectNodeTasks node : waiting) {
        node.start(task);
      }
      Progress progress = new Progress(task);
      while (!waiting.isEmpty()) {
        for (ObjectNodeTasks node : List.copyOf(waiting)) {
          if (progress.hasEnded(node)) {
            waiting.remove(node);
          }
        }
        if (!waiting.isEmpty()) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
      return progress.good ? 0 : 1;
    }
  }

  private final class Progress {
    private final String task;
    private final Map<ObjectNodeTasks, String> shown = new HashMap<>();
    private long shownNanos = System.nanoTime();
    private boolean good = true;

    Progress(String task) {
      this.task = task;
    }

    boolean hasEnded(ObjectNodeTasks node) throws IOException, InterruptedException {
      JsonNode report = node.reports().path(task);
      if (report.path("running").asBoolean()) {
        show(node, shown(report.path("progress")));
        return false;
      }
      String failure = report.path("failure").asString("");
      if (failure.isEmpty()) {
        end(node, report.path("result"));
      } else {
        good = false;
        spec.commandLine()
            .getErr()
            .printf("virga: %s: %s failed: %s%n", node.name(), task, failure);
      }
      return true;
    }

    private void show(ObjectNodeTasks node, String text) {
      if (System.nanoTime() - shownNanos > SHOWN_EVERY_NANOS
          && !text.equals(shown.put(node, text))) {
        shownNanos = System.nanoTime();
        print(node, text);
      }
    }

    private void end(ObjectNodeTasks node, JsonNode result) {
      print(node, ObjectCommand.shown(result));
      result
          .path("devices")
          .forEach(
              device ->
                  device
                      .path("differences")
                      .forEach(difference -> print(node, difference.asString(""))));
      good = good && result.path("good").asBoolean(true);
    }

    private void print(ObjectNodeTasks node, String text) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%-14s %-16s %s%n", node.name(), task, text);
      out.flush();
    }
  }

  /** Lists and objects as words on one line; a list within an object as how long it is. */
  private static String shown(JsonNode value) {
    if (value.isArray() || value.path("devices").isArray()) {
      List<String> parts = new ArrayList<>();
      for (JsonNode part : value.isArray() ? value : value.path("devices")) {
        parts.add(shown(part));
      }
      return String.join("; ", parts);
    }
    if (!value.isObject()) {
      return value.asString("");
    }
    List<String> words = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode inner = field.getValue();
      String text = inner.isArray() ? Integer.toString(inner.size()) : inner.asString("");
      if (!text.isEmpty()) {
        words.add(field.getKey() + " " + text);
      }
    }
    return String.join(", ", words);
  }
}
