package io.virga.control.database;

import io.r2dbc.spi.R2dbcException;
import io.virga.control.fault.ApiFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;

/** What the driver's errors mean; tells a database that is away from one that refuses. */
final class Failures {

  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /**
   * In Spring's words.
   *
   * @param task the SQL, or what else was done
   */
  static DataAccessException of(String task, R2dbcException error) {
    return ConnectionFactoryUtils.convertR2dbcException("database", task, error);
  }

  static DataAccessException noConnection(Throwable error) {
    return new DataAccessResourceFailureException("no connection to the database", error);
  }

  /** The error as the client is told of it, if the database cannot be reached. */
  static Throwable outageOrSame(Throwable error) {
    boolean away =
        error instanceof DataAccessResourceFailureException
            || error instanceof TransientDataAccessException;
    if (!away) {
      return error;
    }
    log.warn("the database does not answer", error);
    return ApiFault.unavailable("The database does not answer; try again in a moment.");
  }
}
