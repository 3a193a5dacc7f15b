package io.virga.objectstore.s3.protocol;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request that is answered with an error; thrown within the handling of one request. */
public final class S3Error extends RuntimeException {

  private final Code code;
  private final Map<String, String> headers;

  private S3Error(Code code, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.code = code;
    this.headers = headers;
  }

  public S3Error(Code code, String message) {
    this(code, message, Map.of());
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

  /** The same with one more header. */
  public S3Error with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new S3Error(code, String.valueOf(getMessage()), more);
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
    BadDigest(400, "The Content-MD5 or checksum that was given is not that of the body."),
    BucketAlreadyExists(409, "The bucket's name is taken by somebody else."),
    BucketAlreadyOwnedByYou(409, "The bucket is there already, and is yours."),
    BucketNotEmpty(409, "The bucket that was to be deleted is not empty."),
    EntityTooLarge(400, "The object exceeds the largest size that is allowed."),
    EntityTooSmall(400, "A part but the last is smaller than 5 MiB."),
    ExpiredToken(400, "The token that was given has expired."),
    IllegalVersioningConfigurationException(400, "The versioning configuration is not valid."),
    IncompleteBody(400, "The body is not as long as the request said."),
    InternalError(500, "An internal error happened. Please try again."),
    InvalidAccessKeyId(403, "The access key does not exist."),
    InvalidArgument(400, "Invalid Argument"),
    InvalidBucketAclWithObjectOwnership(400, "The ACL does not go with the object ownership."),
    InvalidBucketName(400, "The bucket's name is not valid."),
    InvalidDigest(400, "The Content-MD5 that was given is not valid."),
    InvalidLocationConstraint(400, "The location constraint is not valid."),
    InvalidPart(400, "A part could not be found, or its ETag is another."),
    InvalidPartOrder(400, "The parts are not in ascending order."),
    InvalidPolicyDocument(400, "The policy is not valid."),
    InvalidRange(416, "The requested range is not satisfiable."),
    InvalidRequest(400, "The request is not valid."),
    InvalidTag(400, "A tag is not valid."),
    InvalidURI(400, "The URI could not be parsed."),
    KeyTooLongError(400, "The key is longer than 1024 bytes."),
    MalformedACLError(400, "The ACL is not well-formed or not as expected."),
    MalformedPOSTRequest(400, "The body of the POST is no well-formed multipart/form-data."),
    MalformedXML(400, "The XML that was given is not well-formed or not as expected."),
    MetadataTooLarge(400, "The metadata is longer than 8 KiB."),
    MethodNotAllowed(405, "The method is not allowed for this resource."),
    MissingContentLength(411, "The Content-Length header is required."),
    NoSuchBucket(404, "The bucket does not exist."),
    NoSuchBucketPolicy(404, "The bucket has no policy."),
    NoSuchCORSConfiguration(404, "The bucket has no CORS configuration."),
    NoSuchConfiguration(404, "The bucket has no such configuration."),
    NoSuchKey(404, "The key does not exist."),
    NoSuchLifecycleConfiguration(404, "The bucket has no lifecycle configuration."),
    NoSuchPublicAccessBlockConfiguration(404, "The bucket has no public access block."),
    NoSuchTagSet(404, "The bucket has no tags."),
    NoSuchUpload(404, "The multipart upload does not exist."),
    NoSuchVersion(404, "The version does not exist."),
    NoSuchWebsiteConfiguration(404, "The bucket has no website configuration."),
    NotImplemented(501, "What the request asks for is not implemented."),
    ObjectLockConfigurationNotFoundError(404, "The bucket has no object lock configuration."),
    OwnershipControlsNotFoundError(404, "The bucket has no ownership controls."),
    PreconditionFailed(412, "A precondition of the request does not hold."),
    ReplicationConfigurationNotFoundError(404, "The bucket has no replication configuration."),
    RequestTimeTooSkewed(403, "The request's time is too far from the server's."),
    ServerSideEncryptionConfigurationNotFoundError(404, "The bucket has no encryption settings."),
    ServiceUnavailable(503, "The service is not available now. Please try again."),
    SignatureDoesNotMatch(403, "The signature that was calculated is not the one given."),
    SlowDown(503, "Please reduce your request rate."),
    UnresolvableGrantByEmailAddress(400, "The e-mail address belongs to no account."),
    XAmzContentSHA256Mismatch(400, "The body is not what x-amz-content-sha256 says.");

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
