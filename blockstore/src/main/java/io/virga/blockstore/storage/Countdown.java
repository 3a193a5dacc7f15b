package io.virga.blockstore.storage;

/** Tells a listener when so many operations have ended: whether all went well. For one thread. */
public final class Countdown implements IoListener {

  private final IoListener listener;
  private int left;
  private boolean allOk = true;

  /**
   * @param count at least 1
   */
  public Countdown(int count, IoListener listener) {
    this.left = count;
    this.listener = listener;
  }

  @Override
  public void done(boolean ok) {
    allOk &= ok;
    left--;
    if (left == 0) {
      listener.done(allOk);
    }
  }
}
