package io.virga.objectstore.s3;

/** A request that is answered with an error; thrown within the handling of one request. */
final class S3Error extends RuntimeException {

  private final Code code;

  S3Error(Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  S3Error(Code code) {
    this(code, code.standardMessage);
  }

  Code code() {
    return code;
  }

  static S3Error notImplemented(String what) {
    return new S3Error(Code.NotImplemented, what + " is not implemented.");
  }

  static S3Error invalidArgument(String message) {
    return new S3Error(Code.InvalidArgument, message);
  }

  /** The codes, named as on the wire. */
  enum Code {
    AccessDenied(403, "Access Denied"),
    AuthorizationHeaderMalformed(400, "The authorization header is malformed."),
    AuthorizationQueryParametersError(400, "The query parameters of the signature are malformed."),
    BadDigest(400, "The Content-MD5 or checksum that was given is not that of the body."),
    BucketAlreadyOwnedByYou(409, "The bucket is there already, and is yours."),
    BucketNotEmpty(409, "The bucket that was to be deleted is not empty."),
    EntityTooLarge(400, "The object exceeds the largest size that is allowed."),
    EntityTooSmall(400, "A part but the last is smaller than 5 MiB."),
    IncompleteBody(400, "The body is not as long as the request said."),
    InternalError(500, "An internal error happened. Please try again."),
    InvalidAccessKeyId(403, "The access key does not exist."),
    InvalidArgument(400, "Invalid Argument"),
    InvalidBucketName(400, "The bucket's name is not valid."),
    InvalidDigest(400, "The Content-MD5 that was given is not valid."),
    InvalidPart(400, "A part could not be found, or its ETag is another."),
    InvalidPartOrder(400, "The parts are not in ascending order."),
    InvalidRange(416, "The requested range is not satisfiable."),
    InvalidRequest(400, "The request is not valid."),
    InvalidURI(400, "The URI could not be parsed."),
    KeyTooLongError(400, "The key is longer than 1024 bytes."),
    MalformedXML(400, "The XML that was given is not well-formed or not as expected."),
    MethodNotAllowed(405, "The method is not allowed for this resource."),
    MissingContentLength(411, "The Content-Length header is required."),
    NoSuchBucket(404, "The bucket does not exist."),
    NoSuchKey(404, "The key does not exist."),
    NoSuchUpload(404, "The multipart upload does not exist."),
    NoSuchVersion(404, "The version does not exist."),
    NotImplemented(501, "What the request asks for is not implemented."),
    PreconditionFailed(412, "A precondition of the request does not hold."),
    RequestTimeTooSkewed(403, "The request's time is too far from the server's."),
    ServiceUnavailable(503, "The service is not available now. Please try again."),
    SignatureDoesNotMatch(403, "The signature that was calculated is not the one given."),
    SlowDown(503, "Please reduce your request rate."),
    XAmzContentSHA256Mismatch(400, "The body is not what x-amz-content-sha256 says.");

    private final int status;
    private final String standardMessage;

    Code(int status, String standardMessage) {
      this.status = status;
      this.standardMessage = standardMessage;
    }

    int status() {
      return status;
    }
  }
}
