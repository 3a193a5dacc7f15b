package io.virga.control.operator.command;

import io.virga.dataplane.json.Json;
import io.virga.dataplane.ring.StoragePolicies;
import io.virga.dataplane.ring.StoragePolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Storage policies: the kinds of storage that a container may be made with. */
@Command(
    name = "policy",
    description = "Storage policies: what a container may be made with, each with a ring.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class RingPolicyCommand {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "add",
      description = "Adds a storage policy for a ring that is there.",
      mixinStandardHelpOptions = true)
  int add(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "INDEX", description = "the N of its ring object-N") int index,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--default", description = "for containers that ask for none")
          boolean byDefault,
      @Option(names = "--deprecated", description = "not for new containers") boolean deprecated)
      throws IOException {
    StoragePolicy added = new StoragePolicy(index, name, byDefault, deprecated);
    RingCommand.rings(home).changePolicies(policies -> with(policies, added));
    out().printf("storage policy %d is '%s'%n", index, name);
    return 0;
  }

  private static StoragePolicies with(StoragePolicies policies, StoragePolicy added) {
    List<StoragePolicy> all = new ArrayList<>();
    for (StoragePolicy policy : policies.all()) {
      boolean stays = policy.isDefault() && !added.isDefault();
      all.add(new StoragePolicy(policy.index(), policy.name(), stays, policy.deprecated()));
    }
    all.add(added);
    return new StoragePolicies(all);
  }

  @Command(
      name = "list",
      description = "Lists the storage policies.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin HomeOption home, @Option(names = "--json", description = "for programs") boolean json)
      throws IOException {
    StoragePolicies policies = RingCommand.rings(home).policies();
    if (json) {
      out()
          .println(
              Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(policies.all()));
      return 0;
    }
    for (StoragePolicy policy : policies.all()) {
      out()
          .printf(
              "%3d  %s%s%s%n",
              policy.index(),
              policy.name(),
              policy.isDefault() ? " (default)" : "",
              policy.deprecated() ? " (deprecated)" : "");
    }
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
