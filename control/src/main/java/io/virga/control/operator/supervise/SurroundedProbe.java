package io.virga.control.operator.supervise;

/** A process that is well when what it needs around it is there too. */
public record SurroundedProbe(Probe probe, Surroundings surroundings) implements Probe {

  @Override
  public Health check() {
    Health health = probe.check();
    return health.level() == Health.Level.UP
        ? surroundings.ensure().map(Health::degraded).orElse(health)
        : health;
  }
}
