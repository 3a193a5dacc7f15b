package io.virga.control.operator.supervise;

import io.virga.control.operator.home.PrivateFiles;
import io.virga.dataplane.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code run/state.json}: the supervisor's last word on each process. */
public final class StateFile implements Consumer<CloudState> {

  private final Path file;

  public StateFile(Path run) {
    this.file = run.resolve("state.json");
  }

  @Override
  public void accept(CloudState state) {
    PrivateFiles.writeForThisBoot(file, Json.text(state));
  }

  public Optional<CloudState> read() {
    return Files.exists(file)
        ? Optional.of(Json.read(PrivateFiles.read(file), CloudState.class))
        : Optional.empty();
  }
}
