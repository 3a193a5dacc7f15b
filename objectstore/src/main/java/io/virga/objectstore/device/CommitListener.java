package io.virga.objectstore.device;

/** Is told by the commit thread what it did; must not block. */
interface CommitListener {

  /** A group has become durable and visible. */
  void committed(int changes, long nanos);

  /** The journal has begun a new segment: a good time to flush the index. */
  void rolled();

  /** Nothing more is written. */
  void stopped(String reason, Exception cause);
}
