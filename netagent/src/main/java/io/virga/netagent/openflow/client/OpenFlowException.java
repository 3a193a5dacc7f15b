package io.virga.netagent.openflow.client;

/** The switch refused a request, or the session with it ended. */
public final class OpenFlowException extends Exception {

  private static final long serialVersionUID = 1L;

  public OpenFlowException(String message) {
    super(message);
  }
}
