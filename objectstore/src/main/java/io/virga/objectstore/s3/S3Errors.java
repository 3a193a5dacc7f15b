package io.virga.objectstore.s3;

import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.signature.SignatureProblem;
import io.virga.objectstore.s3.signature.Signed;
import io.virga.objectstore.s3.xml.XmlWriter;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as S3 answers them. */
final class S3Errors {

  private static final Logger LOG = LoggerFactory.getLogger(S3Errors.class);

  private S3Errors() {}

  static S3Error refused(Signed.Refused refused) {
    S3Error error = refused(refused.problem());
    for (Map.Entry<String, String> detail : refused.details().entrySet()) {
      error = error.detail(detail.getKey(), detail.getValue());
    }
    return error;
  }

  private static S3Error refused(SignatureProblem problem) {
    return switch (problem) {
      case ANONYMOUS -> new S3Error(S3Error.Code.AccessDenied);
      case MALFORMED_HEADER ->
          S3Error.invalidArgument(
              "The Authorization header is neither AWS4-HMAC-SHA256 with its fields nor AWS"
                  + " AWSAccessKeyId:Signature.");
      case SEVERAL ->
          S3Error.invalidArgument(
              "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature"
                  + " query string parameter or the Authorization header should be specified");
      case WRONG_SCOPE -> new S3Error(S3Error.Code.AuthorizationHeaderMalformed);
      case MALFORMED_QUERY -> new S3Error(S3Error.Code.AuthorizationQueryParametersError);
      case NO_PERIOD ->
          new S3Error(
              S3Error.Code.AuthorizationQueryParametersError, "X-Amz-Expires should be a number");
      case NEGATIVE_PERIOD ->
          new S3Error(
              S3Error.Code.AuthorizationQueryParametersError, "X-Amz-Expires must be non-negative");
      case LONG_PERIOD ->
          new S3Error(
              S3Error.Code.AuthorizationQueryParametersError,
              "X-Amz-Expires must be less than a week (in seconds); that is, the given"
                  + " X-Amz-Expires must be less than 604800 seconds");
      case INCOMPLETE_QUERY ->
          new S3Error(
              S3Error.Code.AccessDenied,
              "Query-string authentication requires the Signature, Expires and AWSAccessKeyId"
                  + " parameters");
      case NO_DATE ->
          new S3Error(
              S3Error.Code.AccessDenied,
              "AWS authentication requires a valid Date or x-amz-date header");
      case INVALID_EXPIRY ->
          new S3Error(
              S3Error.Code.AccessDenied, "Invalid date (should be seconds since epoch): Expires");
      case NO_PAYLOAD_HASH ->
          S3Error.invalidRequest("Missing required header for this request: x-amz-content-sha256");
      case INVALID_PAYLOAD_HASH ->
          S3Error.invalidArgument(
              "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
                  + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD,"
                  + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.");
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
    if (request.isHead()) {
      Reply reply = Reply.of(error.code().status()).header("Content-Type", "application/xml");
      error.headers().forEach(reply::header);
      return reply;
    }
    XmlWriter xml =
        XmlWriter.plain("Error")
            .text("Code", error.code().name())
            .text("Message", String.valueOf(error.getMessage()));
    error.details().forEach(xml::text);
    xml.text("RequestId", request.id()).text("HostId", request.id());
    Reply reply = Reply.bytes(error.code().status(), "application/xml", xml.toBytes());
    error.headers().forEach(reply::header);
    return reply;
  }
}
