package io.virga.objectstore.http;

/** Is told of every request that was answered; must not block. */
public interface RequestObserver {

  /**
   * @param operation see {@link Door#operation}
   * @param nanos from the request's head to the reply's
   */
  void answered(String operation, int status, long nanos);
}
