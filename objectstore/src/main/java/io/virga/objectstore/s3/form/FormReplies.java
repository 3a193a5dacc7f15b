package io.virga.objectstore.s3.form;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.s3.object.ObjectFinder;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.versions.Versions;
import java.net.URI;
import java.util.Map;

/** What a form is answered with, as it asks. */
final class FormReplies {

  private FormReplies() {}

  static Reply reply(
      Request request,
      Map<String, String> fields,
      String bucket,
      String key,
      Versions.Version version) {
    String etag = S3Text.quoted(version.row().etag());
    String location = "%s/%s/%s".formatted(request.base(), bucket, UriText.encode(key, true));
    Reply reply = reply(fields, location, bucket, key, etag);
    reply.header("ETag", etag);
    return ObjectFinder.tellWritten(reply, version.id());
  }

  private static Reply reply(
      Map<String, String> fields, String location, String bucket, String key, String etag) {
    String redirect =
        fields.getOrDefault("success_action_redirect", fields.getOrDefault("redirect", ""));
    if (isUri(redirect)) {
      String query =
          "bucket=%s&key=%s&etag=%s"
              .formatted(
                  UriText.encode(bucket, false),
                  UriText.encode(key, false),
                  UriText.encode(etag, false));
      String mark = redirect.contains("?") ? "&" : "?";
      return Reply.of(303).header("Location", redirect + mark + query);
    }
    return switch (fields.getOrDefault("success_action_status", "")) {
      case "200" -> Reply.of(200).header("Location", location);
      case "201" -> {
        XmlWriter xml = XmlWriter.plain("PostResponse").text("Location", location);
        xml.text("Bucket", bucket).text("Key", key).text("ETag", etag);
        yield Reply.bytes(201, "application/xml", xml.toBytes()).header("Location", location);
      }
      default -> Reply.of(204).header("Location", location);
    };
  }

  /** Another address than an absolute one of the web is passed over, as S3 does. */
  private static boolean isUri(String text) {
    try {
      URI uri = URI.create(text);
      return "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
