package io.virga.control.compute.server;

import io.virga.control.compute.model.Move;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.Server.Size;
import io.virga.control.compute.model.Shelf;
import java.util.Map;

/** What servers have claimed of hosts. */
final class Claims {

  private Claims() {}

  /** What a server has claimed, by host: while it is being moved, of two. */
  static Map<String, Size> of(Server server) {
    if (server.placed().shelf() == Shelf.OFFLOADED) {
      return Map.of();
    }
    return server
        .placed()
        .move()
        .map(move -> Map.of(server.host(), here(server, move), move.other(), there(server, move)))
        .orElseGet(() -> Map.of(server.host(), Sizes.claimed(server.build())));
  }

  /** What it has claimed of the other host. */
  static Size there(Server server, Move move) {
    return move.stage() == Move.Stage.LEAVING ? server.size() : before(server);
  }

  /** What it has claimed of the host that it is on. */
  static Size here(Server server, Move move) {
    return move.stage() == Move.Stage.LEAVING ? before(server) : server.size();
  }

  private static Size before(Server server) {
    return server.build().resizedFrom().orElse(server.size());
  }
}
