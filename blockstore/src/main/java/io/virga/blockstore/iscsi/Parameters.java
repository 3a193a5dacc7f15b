package io.virga.blockstore.iscsi;

/**
 * What a login has agreed on (RFC 7143 §13); begins with the defaults of the RFC.
 *
 * <p>Owned by the login, and read-only from then on.
 */
final class Parameters {

  boolean headerDigest;
  boolean dataDigest;
  boolean initialR2t = true;
  boolean immediateData = true;
  int initiatorSegmentBytes = 8192;
  int maximumBurstBytes = 256 << 10;
  int firstBurstBytes = 64 << 10;
  int outstandingR2t = 1;
  int maximumConnections = 1;
  boolean discovery;
}
