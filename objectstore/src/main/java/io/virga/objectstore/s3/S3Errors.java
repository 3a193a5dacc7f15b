package io.virga.objectstore.s3;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.signature.SignatureProblem;
import io.virga.objectstore.s3.xml.XmlWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as S3 answers them. */
final class S3Errors {

  private static final Logger LOG = LoggerFactory.getLogger(S3Errors.class);

  private S3Errors() {}

  static S3Error refused(SignatureProblem problem) {
    return switch (problem) {
      case ANONYMOUS -> new S3Error(S3Error.Code.AccessDenied);
      case OTHER_VERSION ->
          S3Error.invalidRequest(
              "The authorization mechanism is not supported. Please use AWS4-HMAC-SHA256.");
      case MALFORMED_HEADER ->
          S3Error.invalidArgument("The Authorization header is not of AWS4-HMAC-SHA256.");
      case WRONG_SCOPE -> new S3Error(S3Error.Code.AuthorizationHeaderMalformed);
      case MALFORMED_QUERY -> new S3Error(S3Error.Code.AuthorizationQueryParametersError);
      case NO_DATE ->
          new S3Error(S3Error.Code.AccessDenied, "A valid x-amz-date header is required.");
      case NO_PAYLOAD_HASH ->
          S3Error.invalidRequest("A valid x-amz-content-sha256 header is required.");
      case UNKNOWN_KEY -> new S3Error(S3Error.Code.InvalidAccessKeyId);
      case MISMATCH -> new S3Error(S3Error.Code.SignatureDoesNotMatch);
      case SKEWED -> new S3Error(S3Error.Code.RequestTimeTooSkewed);
      case EXPIRED -> new S3Error(S3Error.Code.AccessDenied, "Request has expired");
      case UNSIGNED_HEADER ->
          new S3Error(
              S3Error.Code.AccessDenied,
              "There were headers present in the request which were not signed");
    };
  }

  static Reply reply(Request request, Throwable failure) {
    return switch (failure) {
      case S3Error error -> reply(request, error);
      case BodyCollector.TooLong tooLong ->
          reply(request, S3Error.malformed(String.valueOf(tooLong.getMessage())));
      case StoreFailure.DeviceFull full ->
          reply(request, new S3Error(S3Error.Code.ServiceUnavailable, "There is no space left."));
      case StoreFailure.Overloaded overloaded -> reply(request, new S3Error(S3Error.Code.SlowDown));
      case StoreFailure storing -> {
        LOG.error("request {} {} failed", request.id(), request.rawPath(), storing);
        yield reply(request, new S3Error(S3Error.Code.ServiceUnavailable));
      }
      default -> {
        LOG.error("request {} {} failed", request.id(), request.rawPath(), failure);
        yield reply(request, new S3Error(S3Error.Code.InternalError));
      }
    };
  }

  private static Reply reply(Request request, S3Error error) {
    byte[] xml =
        XmlWriter.plain("Error")
            .text("Code", error.code().name())
            .text("Message", String.valueOf(error.getMessage()))
            .text("Resource", request.rawPath())
            .text("RequestId", request.id())
            .toBytes();
    Reply reply = Reply.bytes(error.code().status(), "application/xml", xml);
    error.headers().forEach(reply::header);
    return reply;
  }
}
