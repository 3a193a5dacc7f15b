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

  /** Takes over what is one for all connections of a session, as the leading one has agreed. */
  void join(Parameters leading) {
    initialR2t = leading.initialR2t;
    immediateData = leading.immediateData;
    maximumBurstBytes = leading.maximumBurstBytes;
    firstBurstBytes = leading.firstBurstBytes;
    outstandingR2t = leading.outstandingR2t;
    maximumConnections = leading.maximumConnections;
  }
}
