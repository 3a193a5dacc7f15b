package io.virga.objectstore.s3.acl;

import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** ACLs as the headers of a request that makes something give them. */
final class AclHeaders {

  private AclHeaders() {}

  /** The ACL that is asked for; empty if none is. */
  static Optional<Acl> read(S3Request request, String owner, String bucketOwner) {
    Optional<String> canned = request.header("x-amz-acl");
    List<Acl.Grant> grants = new ArrayList<>();
    for (Permission permission : Permission.values()) {
      for (String text :
          request.header(permission.header()).map(h -> h.split(",", -1)).orElse(new String[0])) {
        grants.add(new Acl.Grant(grantee(text.strip()), permission));
      }
    }
    if (canned.isPresent() && !grants.isEmpty()) {
      throw S3Error.invalidRequest("Specifying both canned ACLs and header grants is not allowed");
    }
    return canned
        .map(name -> Acl.canned(name, owner, bucketOwner))
        .or(() -> grants.isEmpty() ? Optional.empty() : Optional.of(new Acl(owner, grants)));
  }

  private static Grantee grantee(String text) {
    int equals = text.indexOf('=');
    String value = equals < 0 ? "" : text.substring(equals + 1).strip().replace("\"", "");
    return switch (equals < 0 ? "" : text.substring(0, equals).strip()) {
      case "id" -> Grantee.account(value);
      case "uri" -> Grantee.group(value);
      case "emailAddress", "emailaddress" ->
          throw new S3Error(S3Error.Code.UnresolvableGrantByEmailAddress);
      default -> throw S3Error.invalidArgument("'" + text + "' is no grantee: expected id=\"…\"");
    };
  }
}
