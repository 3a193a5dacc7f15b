package io.virga.control.database;

import io.virga.control.fault.ApiFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells a database that is away from one that refuses. */
final class Outage {

  private static final Logger log = LoggerFactory.getLogger(Outage.class);

  private Outage() {}

  /** The error as the client is told of it, if the database cannot be reached. */
  static Throwable orSame(Throwable error) {
    boolean away =
        error instanceof CannotCreateTransactionException
            || error instanceof DataAccessResourceFailureException
            || error instanceof TransientDataAccessException;
    if (!away) {
      return error;
    }
    log.warn("the database does not answer", error);
    return ApiFault.unavailable("The database does not answer; try again in a moment.");
  }
}
