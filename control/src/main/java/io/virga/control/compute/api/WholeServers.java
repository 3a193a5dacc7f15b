package io.virga.control.compute.api;

import io.virga.control.compute.model.Server;
import io.virga.control.compute.server.ServerLife;
import io.virga.control.database.Database;
import io.virga.control.hosts.Host;
import io.virga.control.hosts.KnownHosts;
import io.virga.control.http.ApiRequest;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.volume.InstanceVolumes.Disk;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Servers with what hangs on them. */
final class WholeServers {

  private final Database database;
  private final ServerLife.Neighbours neighbours;
  private final KnownHosts known = new KnownHosts();

  WholeServers(Database database, ServerLife.Neighbours neighbours) {
    this.database = database;
    this.neighbours = neighbours;
  }

  Mono<ServerViews.Whole> of(ApiRequest request, Server server) {
    return of(request, List.of(server)).next();
  }

  /** As the answer to the request shows them. */
  Flux<ServerViews.Whole> of(ApiRequest request, List<Server> servers) {
    List<String> ids = ids(servers);
    return Mono.zip(
            neighbours.ports().ofInstances(database, ids).collectMultimap(BoundPort::instanceId),
            neighbours.volumes().disks(database, ids).collectMultimap(Disk::instanceId),
            hosts(request, servers))
        .flatMapIterable(
            hanging ->
                servers.stream()
                    .map(
                        server ->
                            new ServerViews.Whole(
                                server,
                                of(hanging.getT1(), server),
                                of(hanging.getT2(), server),
                                Optional.ofNullable(hanging.getT3().get(server.runsOn()))))
                    .toList());
  }

  private Mono<Map<String, Host>> hosts(ApiRequest request, List<Server> servers) {
    return ServerViews.showsHosts(request)
        ? known
            .named(
                database,
                ComputeHosts.SERVICE,
                servers.stream().map(Server::runsOn).distinct().toList())
            .collectMap(Host::name)
        : Mono.just(Map.of());
  }

  private static List<String> ids(List<Server> servers) {
    return servers.stream().map(server -> server.id().toString()).toList();
  }

  private static <T> List<T> of(Map<String, Collection<T>> hanging, Server server) {
    return List.copyOf(hanging.getOrDefault(server.id().toString(), List.of()));
  }
}
