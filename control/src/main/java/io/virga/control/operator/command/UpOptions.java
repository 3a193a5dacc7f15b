package io.virga.control.operator.command;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.host.HostAddress;
import io.virga.control.operator.provision.Provisioning;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code up} may change of a cloud's configuration. */
final class UpOptions {

  @Option(names = "--base-port", paramLabel = "N", description = "the first port; 8700 by default")
  private @Nullable Integer basePort;

  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      description = "the address of the public listeners; 127.0.0.1 by default")
  private @Nullable String listen;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description =
          "your own PostgreSQL, r2dbc:postgresql://user@host:port/database; 'embedded' goes back"
              + " to the one that comes along")
  private @Nullable String database;

  @Option(
      names = "--database-password-file",
      paramLabel = "FILE",
      description = "a file of mode 0600 with the password of --database")
  private @Nullable Path databasePasswordFile;

  @Option(
      names = "--object-nodes",
      paramLabel = "N",
      description = "how many object store nodes, each a process: 1 (the default) to 16")
  private @Nullable Integer objectNodes;

  @Option(
      names = "--hosts",
      paramLabel = "N",
      description =
          "how many hosts: this machine (the default) and up to 15 more, each a network namespace"
              + " with a switch, volumes and guests of its own")
  private @Nullable Integer hosts;

  @Option(
      names = "--without",
      paramLabel = "PART",
      split = ",",
      description =
          "leave out network, compute, external (this machine's address in the network 'public') or"
              + " nat (that guests get out through this machine); 'nothing' takes all in again")
  private @Nullable List<String> without;

  /** What is configured now, or the defaults, with the given options over it. */
  CloudConfiguration over(Home home) {
    Optional<CloudConfiguration> before =
        home.exists() ? Optional.of(Provisioning.configuration(home)) : Optional.empty();
    String address =
        Optional.ofNullable(listen)
            .or(() -> before.map(CloudConfiguration::listen))
            .orElse("127.0.0.1");
    return new CloudConfiguration(
        CloudConfiguration.VERSION,
        before.map(CloudConfiguration::host).orElseGet(HostAddress::name),
        Optional.ofNullable(basePort)
            .or(() -> before.map(CloudConfiguration::basePort))
            .orElse(Ports.DEFAULT_BASE),
        address,
        HostAddress.advertised(address),
        database(before),
        Optional.ofNullable(objectNodes).or(() -> before.flatMap(CloudConfiguration::objectNodes)),
        Optional.ofNullable(hosts).or(() -> before.flatMap(CloudConfiguration::hosts)),
        without(before));
  }

  /** Where the password of the operator's own database is to be taken from. */
  Optional<Path> databasePasswordFile() {
    return Optional.ofNullable(databasePasswordFile);
  }

  /** Refuses options that a cloud which runs already does not have: they would be lost. */
  void refuseChange(Home home) {
    boolean given =
        Stream.of(basePort, listen, database, objectNodes, hosts, without)
            .anyMatch(option -> option != null);
    boolean changed =
        given && home.exists() && !over(home).equals(Provisioning.configuration(home));
    if (changed || databasePasswordFile != null) {
      throw new IllegalStateException(
          "the cloud in %s runs with other options: ./virga down first".formatted(home.root()));
    }
  }

  private Optional<String> database(Optional<CloudConfiguration> before) {
    if (database == null) {
      return before.flatMap(CloudConfiguration::database);
    }
    if (database.matches("r2dbc:[^/]*//[^/@]*:[^/@]*@.*")) {
      throw new IllegalArgumentException(
          "--database: leave the password out of the URL and give --database-password-file");
    }
    if (database.equals("embedded")) {
      return Optional.empty();
    }
    boolean known = before.flatMap(CloudConfiguration::database).isPresent();
    if (!known && databasePasswordFile == null) {
      throw new IllegalArgumentException(
          "--database: give its password by --database-password-file");
    }
    return Optional.of(database);
  }

  private List<String> without(Optional<CloudConfiguration> before) {
    if (without == null) {
      return before.map(CloudConfiguration::without).orElse(List.of());
    }
    return without.stream().filter(part -> !part.equals("nothing")).toList();
  }
}
