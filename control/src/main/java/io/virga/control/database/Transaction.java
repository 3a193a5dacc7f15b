package io.virga.control.database;

import java.util.ArrayList;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;

/**
 * A transaction that is open. What changes things asks for one, so that a claim, its quota and its
 * desired state are written together or not at all. Good only inside the function that it was given
 * to; statements of one transaction run one after another.
 */
public final class Transaction implements Session {

  private final DatabaseClient client;
  private final List<Runnable> afterCommit = new ArrayList<>();

  Transaction(DatabaseClient client) {
    this.client = client;
  }

  @Override
  public Statement sql(String text) {
    return new Statement(client.sql(text), error -> error);
  }

  /** Runs the action, which must not block, once the transaction has been committed. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  void committed() {
    afterCommit.forEach(Runnable::run);
  }
}
