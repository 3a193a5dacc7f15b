package io.virga.objectstore.s3.acl;

import io.virga.objectstore.s3.protocol.Requester;
import io.virga.objectstore.s3.protocol.S3Error;

/** To whom is granted: an account's canonical id, or the URI of a group. */
public record Grantee(String id) {

  static final Grantee EVERYBODY = new Grantee("http://acs.amazonaws.com/groups/global/AllUsers");
  static final Grantee AUTHENTICATED =
      new Grantee("http://acs.amazonaws.com/groups/global/AuthenticatedUsers");
  static final Grantee LOG_DELIVERY = new Grantee("http://acs.amazonaws.com/groups/s3/LogDelivery");

  static Grantee group(String uri) {
    Grantee group = new Grantee(uri);
    if (!group.equals(EVERYBODY) && !group.equals(AUTHENTICATED) && !group.equals(LOG_DELIVERY)) {
      throw S3Error.invalidArgument("'" + uri + "' is the URI of no group");
    }
    return group;
  }

  static Grantee account(String id) {
    if (!id.matches("AUTH_[^\\s/]{1,200}")) {
      throw S3Error.invalidArgument("Invalid id '" + id + "': expected AUTH_<project id>");
    }
    return new Grantee(id);
  }

  boolean isGroup() {
    return id.startsWith("http://");
  }

  /** Whether it is more than an account and the owner's own. */
  boolean isPublic() {
    return equals(EVERYBODY) || equals(AUTHENTICATED);
  }

  boolean includes(Requester requester) {
    return equals(EVERYBODY)
        || (equals(AUTHENTICATED) && requester.account().isPresent())
        || requester.is(id);
  }
}
