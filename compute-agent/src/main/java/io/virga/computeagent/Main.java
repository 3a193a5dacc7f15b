package io.virga.computeagent;

import io.virga.computeagent.agent.AgentService;
import io.virga.dataplane.process.Service;

/** The compute agent: {@code java … io.virga.computeagent.Main SETTINGS}. */
public final class Main {

  private Main() {}

  /** Runs until the process is told to stop; guests go on without it. */
  public static void main(String[] arguments) {
    Service.run("compute-agent", arguments, AgentService::start);
  }
}
