package io.virga.objectstore.s3.protocol;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request that is answered with an error; thrown within the handling of one request. */
public final class S3Error extends RuntimeException {

  private final Code code;
  private final Map<String, String> headers;
  private final Map<String, String> details;

  private S3Error(
      Code code, String message, Map<String, String> headers, Map<String, String> details) {
    super(message, null, false, false);
    this.code = code;
    this.headers = headers;
    this.details = details;
  }

  public S3Error(Code code, String message) {
    this(code, message, Map.of(), Map.of());
  }

  public S3Error(Code code) {
    this(code, code.standardMessage);
  }

  public Code code() {
    return code;
  }

  /** What the reply has beside the document. */
  public Map<String, String> headers() {
    return headers;
  }

  /** What the document has behind the message. */
  public Map<String, String> details() {
    return details;
  }

  /** The same with one more header. */
  public S3Error with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new S3Error(code, String.valueOf(getMessage()), more, details);
  }

  /** The same with one more element. */
  public S3Error detail(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(details);
    more.put(name, value);
    return new S3Error(code, String.valueOf(getMessage()), headers, more);
  }

  public static S3Error notImplemented(String what) {
    return new S3Error(Code.NotImplemented, what + " is not implemented.");
  }

  public static S3Error invalidArgument(String message) {
    return new S3Error(Code.InvalidArgument, message);
  }

  public static S3Error invalidRequest(String message) {
    return new S3Error(Code.InvalidRequest, message);
  }

  public static S3Error malformed(String message) {
    return new S3Error(Code.MalformedXML, message);
  }

  /** The codes, named as on the wire. */
  public enum Code {
    AccessControlListNotSupported(400, "The bucket does not allow ACLs."),
    AccessDenied(403, "Access Denied"),
    AuthorizationHeaderMalformed(400, "The authorization header is malformed."),
    AuthorizationQueryParametersError(400, "The query parameters of the signature are malformed."),
    BadDigest(400, "The Content-MD5 you specified did not match what we received."),
    BucketAlreadyExists(
        409,
        "The requested bucket name is not available. Please select a different name and"
            + " try again."),
    BucketAlreadyOwnedByYou(
        409, "Your previous request to create the named bucket succeeded and you already own it."),
    BucketNotEmpty(409, "The bucket you tried to delete is not empty."),
    EntityTooLarge(400, "Your proposed upload exceeds the maximum allowed size."),
    EntityTooSmall(400, "Your proposed upload is smaller than the minimum allowed size."),
    ExpiredToken(400, "The token that was given has expired."),
    IllegalVersioningConfigurationException(400, "The versioning configuration is not valid."),
    IncompleteBody(400, "The request body terminated unexpectedly"),
    InternalError(500, "An internal error happened. Please try again."),
    InvalidAccessKeyId(403, "The AWS Access Key Id you provided does not exist in our records."),
    InvalidArgument(400, "Invalid Argument"),
    InvalidBucketAclWithObjectOwnership(400, "The ACL does not go with the object ownership."),
    InvalidBucketName(400, "The specified bucket is not valid."),
    InvalidChunkSizeError(
        403, "Only the last chunk is allowed to have a size less than 8192 bytes"),
    InvalidDigest(400, "The Content-MD5 you specified was invalid."),
    InvalidLocationConstraint(400, "The location constraint is not valid."),
    InvalidPart(
        400,
        "One or more of the specified parts could not be found.  The part may not have"
            + " been uploaded, or the specified entity tag may not match the part's entity tag."),
    InvalidPartOrder(
        400, "The list of parts was not in ascending order. Parts must be ordered by part number."),
    InvalidPolicyDocument(400, "The policy is not valid."),
    InvalidRange(416, "The requested range is not satisfiable."),
    InvalidRequest(400, "The request is not valid."),
    InvalidTag(400, "A tag is not valid."),
    InvalidURI(400, "Couldn't parse the specified URI."),
    KeyTooLongError(400, "Your key is too long."),
    MalformedACLError(400, "The ACL is not well-formed or not as expected."),
    MalformedPOSTRequest(400, "The body of the POST is no well-formed multipart/form-data."),
    MalformedTrailerError(
        400,
        "The request contained trailing data that was not well-formed or did not conform"
            + " to our published schema."),
    MalformedXML(
        400,
        "The XML you provided was not well-formed or did not validate against our"
            + " published schema"),
    MetadataTooLarge(400, "Your metadata headers exceed the maximum allowed metadata size."),
    MethodNotAllowed(405, "The specified method is not allowed against this resource."),
    MissingContentLength(411, "You must provide the Content-Length HTTP header."),
    NoSuchBucket(404, "The specified bucket does not exist."),
    NoSuchBucketPolicy(404, "The bucket has no policy."),
    NoSuchCORSConfiguration(404, "The bucket has no CORS configuration."),
    NoSuchConfiguration(404, "The bucket has no such configuration."),
    NoSuchKey(404, "The specified key does not exist."),
    NoSuchLifecycleConfiguration(404, "The bucket has no lifecycle configuration."),
    NoSuchPublicAccessBlockConfiguration(404, "The bucket has no public access block."),
    NoSuchTagSet(404, "The bucket has no tags."),
    NoSuchUpload(
        404,
        "The specified multipart upload does not exist. The upload ID might be invalid,"
            + " or the multipart upload might have been aborted or completed."),
    NoSuchVersion(404, "The specified version does not exist."),
    NoSuchWebsiteConfiguration(404, "The bucket has no website configuration."),
    NotImplemented(501, "What the request asks for is not implemented."),
    ObjectLockConfigurationNotFoundError(
        404, "Object Lock configuration does not exist for this bucket"),
    OwnershipControlsNotFoundError(404, "The bucket has no ownership controls."),
    PreconditionFailed(412, "At least one of the preconditions you specified did not hold."),
    ReplicationConfigurationNotFoundError(404, "The bucket has no replication configuration."),
    RequestTimeTooSkewed(
        403, "The difference between the request time and the server's time is too large."),
    ServerSideEncryptionConfigurationNotFoundError(404, "The bucket has no encryption settings."),
    ServiceUnavailable(503, "The service is not available now. Please try again."),
    SignatureDoesNotMatch(
        403,
        "The request signature we calculated does not match the signature you provided."
            + " Check your key and signing method."),
    SlowDown(503, "Please reduce your request rate."),
    UnresolvableGrantByEmailAddress(400, "The e-mail address belongs to no account."),
    UserKeyMustBeSpecified(
        400,
        "The bucket POST must contain the specified field name. If it is specified,"
            + " check the order of the fields."),
    XAmzContentSHA256Mismatch(
        400, "The provided 'x-amz-content-sha256' header does not match what was computed.");

    private final int status;
    private final String standardMessage;

    Code(int status, String standardMessage) {
      this.status = status;
      this.standardMessage = standardMessage;
    }

    public int status() {
      return status;
    }
  }
}
