package io.virga.control.operator.launch;

import io.virga.control.database.embedded.EmbeddedPostgres;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.supervise.Plan;
import io.virga.control.operator.supervise.PostgresProbe;
import java.time.Duration;

/** The PostgreSQL that comes along. */
public final class DatabaseProcess {

  public static final String NAME = "database";

  /** The file of the superuser's password in the home's secrets. */
  public static final String PASSWORD = "database-password";

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final EmbeddedPostgres postgres;
  private final Ports ports;

  public DatabaseProcess(Home home, Ports ports) {
    this.ports = ports;
    this.postgres =
        new EmbeddedPostgres(
            new EmbeddedPostgres.Layout(
                home.programs().resolve("postgresql"),
                home.data().resolve("postgres"),
                home.run(),
                ports.database(),
                home.secret(PASSWORD)));
  }

  public String url() {
    return postgres.databaseUrl();
  }

  public Plan plan() {
    return new Plan(
        NAME,
        new Plan.Start(postgres::prepare, postgres::command, postgres.environment()),
        new PostgresProbe(ports.database(), EmbeddedPostgres.USER, EmbeddedPostgres.DATABASE),
        Plan.Order.ANY,
        new Plan.Stop("INT", STOP_TIMEOUT, () -> {}));
  }
}
