package io.virga.control.compute;

import io.virga.control.compute.api.ComputeRoutes;
import io.virga.control.compute.api.Microversion;
import io.virga.control.compute.server.Consoles;
import io.virga.control.compute.server.InstanceSpecs;
import io.virga.control.compute.server.Moves;
import io.virga.control.compute.server.NewServers;
import io.virga.control.compute.server.ServerBuilds;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.compute.server.Shelves;
import io.virga.control.compute.store.ActionLog;
import io.virga.control.compute.store.AggregateStore;
import io.virga.control.compute.store.FlavorStore;
import io.virga.control.compute.store.KeyPairStore;
import io.virga.control.compute.store.MigrationStore;
import io.virga.control.compute.store.Placement;
import io.virga.control.compute.store.ServerGroupStore;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.compute.store.UsageStore;
import io.virga.control.fault.FaultForm;
import io.virga.control.foundation.Foundation;
import io.virga.control.http.ApiService;
import io.virga.control.http.Route;
import io.virga.control.watch.ObservedHandler;
import io.virga.dataplane.tls.ProcessIdentity;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Nova's v2.1 API: put together once, at start. */
public final class ComputeService implements ApiService {

  private final List<Route> routes;
  private final ObservedHandler reports;

  /**
   * Puts it together.
   *
   * @param offloadsShelved whether the places of shelved servers are given back at once
   */
  public ComputeService(
      Foundation foundation,
      ServerLife.Neighbours neighbours,
      ProcessIdentity identity,
      boolean offloadsShelved) {
    ServerLife.Stores stores =
        new ServerLife.Stores(
            new ServerStore(),
            new FlavorStore(),
            new KeyPairStore(),
            new Placement(),
            new ServerGroupStore(),
            new AggregateStore(),
            new UsageStore(),
            new ActionLog(),
            new MigrationStore());
    InstanceSpecs specs =
        new InstanceSpecs(foundation.desired(), neighbours.ports(), neighbours.volumes());
    Moves moves = new Moves(stores, neighbours, specs, foundation.quota());
    ServerLife life = new ServerLife(stores, neighbours, specs, foundation.quota(), moves);
    Shelves shelves = new Shelves(stores, specs, moves, offloadsShelved);
    this.reports = new InstanceReports(stores, life, shelves, moves, neighbours.volumes());
    this.routes =
        ComputeRoutes.all(
            foundation,
            new ComputeRoutes.Parts(
                life,
                new NewServers(stores, neighbours, specs, foundation.quota()),
                new ServerBuilds(stores, neighbours, foundation.quota(), moves),
                shelves,
                moves,
                stores,
                neighbours,
                new Consoles(foundation.database(), identity)));
  }

  @Override
  public String prefix() {
    return "compute";
  }

  @Override
  public FaultForm faults() {
    return FaultForm.COMPUTE;
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  @Override
  public void decorate(ServerRequest request, String requestId, HttpHeaders response) {
    String version = Microversion.of(request).toString();
    response.set("X-OpenStack-Nova-API-Version", version);
    response.set("OpenStack-API-Version", "compute " + version);
    response.set("Vary", "X-OpenStack-Nova-API-Version, OpenStack-API-Version");
    response.set("X-Compute-Request-Id", requestId);
  }

  /** To be registered for what agents report. */
  public ObservedHandler reports() {
    return reports;
  }
}
