package io.virga.control;

import io.virga.dataplane.process.Service;

/** The process {@code control}. */
public final class Main {

  private Main() {}

  /** One argument: the settings file. */
  public static void main(String[] arguments) {
    Service.run(
        "control",
        arguments,
        context -> new Control(context, ControlSettings.read(context.settings())).start());
  }
}
