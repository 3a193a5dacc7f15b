package io.virga.benchmarks.scenario;

import io.virga.benchmarks.blockbench.ConnectedClient;
import io.virga.benchmarks.host.ProcessFigures;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.benchmarks.volume.OurVolumes;
import io.virga.benchmarks.volume.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A block store's memory with many exports, some of which are open. */
public final class BlockMemoryScenario implements Scenario {

  private static final int EXPORTS = 1000;
  private static final int CONNECTED = 200;
  private static final long SIZE_BYTES = 1L << 30;
  private static final double GOAL_MIB = 400;

  @Override
  public String name() {
    return "block-memory";
  }

  @Override
  public String summary() {
    return "the block store's resident memory with 1,000 exports, 100 open over NBD, 100 over iSCSI";
  }

  @Override
  public Findings run(Setting setting) {
    List<String> volumes = IntStream.range(0, EXPORTS).mapToObj(n -> "v" + n).toList();
    List<Figure> figures = new ArrayList<>();
    List<ConnectedClient> clients = new ArrayList<>();
    try (OurVolumes.Running server =
        new OurVolumes(setting.root())
            .start(setting.directory(), SIZE_BYTES, volumes.getFirst(), volumes, List.of())) {
      figures.add(
          Figure.plain("RSS, %d exports".formatted(EXPORTS), residentMebibytes(server), "MiB"));
      try {
        for (String volume : volumes.subList(0, CONNECTED)) {
          Way way = clients.size() < CONNECTED / 2 ? Way.TCP : Way.ISCSI;
          clients.add(ConnectedClient.of(server.to(volume), way));
        }
        figures.add(
            Figure.atMost(
                "RSS, %d exports, %d connected".formatted(EXPORTS, clients.size()),
                residentMebibytes(server),
                "MiB",
                GOAL_MIB));
      } finally {
        clients.forEach(ConnectedClient::close);
      }
    }
    return new Findings(figures, List.of(), figures);
  }

  private static double residentMebibytes(OurVolumes.Running server) {
    return ProcessFigures.of(server.processes()).residentMebibytes();
  }
}
