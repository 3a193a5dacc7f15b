package io.virga.blockstore;

import io.virga.blockstore.agent.BlockstoreService;
import io.virga.dataplane.process.Service;

/** The block store: {@code java … io.virga.blockstore.Main SETTINGS}. */
public final class Main {

  private Main() {}

  /** Runs until the process is told to stop. */
  public static void main(String[] arguments) {
    Service.run("blockstore", arguments, BlockstoreService::start);
  }
}
