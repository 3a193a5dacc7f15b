package io.virga.dataplane.watch;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.storage.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The last complete state on disk: one file, mode 0600, replaced whole. All methods block. */
final class WatchFile {

  private static final Logger log = LoggerFactory.getLogger(WatchFile.class);
  private static final int FORMAT_VERSION = 1;

  private final Path file;

  WatchFile(Path file) {
    this.file = file;
  }

  private record Content(
      int formatVersion, String cluster, long revision, @JsonProperty("things") List<Thing> all) {}

  private record Thing(String kind, JsonNode spec) {}

  /** Reads what is there into the state; a file that cannot be read is as none. */
  void restoreInto(WatchState state) {
    try {
      Content content = Json.read(Files.readAllBytes(file), Content.class);
      if (content.formatVersion() != FORMAT_VERSION) {
        log.warn("{} has format {}, not {}", file, content.formatVersion(), FORMAT_VERSION);
        return;
      }
      List<DesiredState> things = new ArrayList<>();
      for (Thing thing : content.all()) {
        things.add(Json.read(thing.spec(), Kind.ofWireName(thing.kind()).recordType()));
      }
      state.restore(new WatchState.Position(content.cluster(), content.revision()), things);
    } catch (NoSuchFileException e) {
      log.info("{} is not there: this host has not heard from control yet", file);
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      log.error("cannot read {}; what is desired is asked of control anew", file, e);
    }
  }

  void write(WatchState.Position position, DesiredView view) throws IOException {
    List<Thing> things = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      view.of(kind).values().forEach(t -> things.add(new Thing(kind.wireName(), Json.tree(t))));
    }
    PrivateFile.replace(
        file,
        Json.bytes(new Content(FORMAT_VERSION, position.cluster(), position.revision(), things)));
  }
}
