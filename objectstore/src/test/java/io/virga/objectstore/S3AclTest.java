package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who may do what: owner, another tenant, nobody. */
class S3AclTest extends S3Fixture {

  private static final String EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers";

  @Test
  void keepsOthersOutOfAPrivateBucket() {
    send("PUT", "/private", "", NOTHING);
    send("PUT", "/private/key", "", random(3));
    assertError(anonymous("GET", "/private/key", NOTHING), 403, "AccessDenied");
    assertError(ofOther("GET", "/private/key", "", NOTHING), 403, "AccessDenied");
    assertError(ofOther("GET", "/private/none", "", NOTHING), 403, "AccessDenied");
    assertError(ofOther("GET", "/private", "", NOTHING), 403, "AccessDenied");
    assertError(ofOther("PUT", "/private/key", "", random(4)), 403, "AccessDenied");
    assertError(ofOther("DELETE", "/private/key", "", NOTHING), 403, "AccessDenied");
    assertError(ofOther("GET", "/private", "versioning=", NOTHING), 403, "AccessDenied");
    assertError(ofOther("DELETE", "/private", "", NOTHING), 403, "AccessDenied");
    assertThat(send("GET", "/private/key", "", NOTHING).body()).isEqualTo(random(3));
  }

  @Test
  void letsEverybodyReadWhatIsPublic() {
    send("PUT", "/public", "", NOTHING, "x-amz-acl", "public-read");
    send("PUT", "/public/open", "", random(5), "x-amz-acl", "public-read");
    send("PUT", "/public/shut", "", random(6));
    assertThat(anonymous("GET", "/public/open", NOTHING).body()).isEqualTo(random(5));
    assertThat(text(anonymous("GET", "/public?list-type=2", NOTHING))).contains("<Key>shut</Key>");
    assertError(anonymous("GET", "/public/shut", NOTHING), 403, "AccessDenied");
    assertError(anonymous("GET", "/public/none", NOTHING), 404, "NoSuchKey");
    assertError(anonymous("PUT", "/public/new", random(1)), 403, "AccessDenied");
    assertError(
        anonymous("GET", "/public/open?response-content-type=a/b", NOTHING), 400, "InvalidRequest");
    assertThat(text(send("GET", "/public", "acl=", NOTHING)))
        .containsSubsequence(EVERYBODY, "<ID>AUTH_p1", "FULL_CONTROL");
  }

  @Test
  void givesWhatIsGranted() {
    send("PUT", "/granted", "", NOTHING, "x-amz-grant-write", "id=AUTH_p2");
    assertThat(ofOther("PUT", "/granted/theirs", "", random(7)).statusCode()).isEqualTo(200);
    assertError(ofOther("GET", "/granted", "", NOTHING), 403, "AccessDenied");
    assertThat(ofOther("GET", "/granted/theirs", "", NOTHING).body()).isEqualTo(random(7));
    assertThat(text(ofOther("GET", "/granted/theirs", "acl=", NOTHING)))
        .contains("<Owner><ID>AUTH_p2</ID>");
    assertError(send("GET", "/granted/theirs", "", NOTHING), 403, "AccessDenied");
    String xml =
        "<AccessControlPolicy><Owner><ID>AUTH_p2</ID></Owner><AccessControlList><Grant><Grantee>"
            + "<ID>AUTH_p1</ID></Grantee><Permission>READ</Permission></Grant>"
            + "</AccessControlList></AccessControlPolicy>";
    assertThat(ofOther("PUT", "/granted/theirs", "acl=", utf8(xml)).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/granted/theirs", "", NOTHING).body()).isEqualTo(random(7));
    assertError(
        ofOther("PUT", "/granted/theirs", "acl=", utf8(xml.replace("AUTH_p2", "AUTH_p1"))),
        403,
        "AccessDenied");
  }

  @Test
  void tellsWhoBeganAnUpload() {
    send("PUT", "/begun", "", NOTHING, "x-amz-acl", "public-read-write");
    send("POST", "/begun/mine", "uploads=", NOTHING);
    ofOther("POST", "/begun/theirs", "uploads=", NOTHING);
    String uploads = text(send("GET", "/begun", "uploads=", NOTHING));
    String mine = uploads.substring(uploads.indexOf("mine"), uploads.indexOf("theirs"));
    assertThat(mine).contains("AUTH_p1").doesNotContain("AUTH_p2");
    assertThat(uploads.substring(uploads.indexOf("theirs"))).contains("AUTH_p2");
  }

  @Test
  void refusesGranteesThatCannotBe() {
    send("PUT", "/odd", "", NOTHING);
    assertError(
        send("PUT", "/odd", "acl=", NOTHING, "x-amz-grant-read", "id=_foo"),
        400,
        "InvalidArgument");
    assertError(
        send("PUT", "/odd", "acl=", NOTHING, "x-amz-grant-read", "emailAddress=a@b.c"),
        400,
        "UnresolvableGrantByEmailAddress");
    assertError(send("PUT", "/odd", "acl=", utf8("<x/>")), 400, "MalformedACLError");
  }

  @Test
  void takesABucketNameOnceInTheCloud() {
    send("PUT", "/taken", "", NOTHING);
    assertError(ofOther("PUT", "/taken", "", NOTHING), 409, "BucketAlreadyExists");
    send("DELETE", "/taken", "", NOTHING);
    assertThat(ofOther("PUT", "/taken", "", NOTHING).statusCode()).isEqualTo(200);
  }

  @Test
  void forbidsPublicAclsWhereTheyAreBlocked() {
    send("PUT", "/blocked", "", NOTHING);
    send("PUT", "/blocked/key", "", random(3), "x-amz-acl", "public-read");
    String block =
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls>"
            + "<IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>";
    send("PUT", "/blocked", "publicAccessBlock=", utf8(block));
    assertError(anonymous("GET", "/blocked/key", NOTHING), 403, "AccessDenied");
    assertError(
        send("PUT", "/blocked", "acl=", NOTHING, "x-amz-acl", "public-read"), 403, "AccessDenied");
    String owner =
        "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>"
            + "</OwnershipControls>";
    send("PUT", "/blocked", "ownershipControls=", utf8(owner));
    assertError(
        send("PUT", "/blocked/two", "", random(1), "x-amz-acl", "authenticated-read"),
        400,
        "AccessControlListNotSupported");
  }
}
