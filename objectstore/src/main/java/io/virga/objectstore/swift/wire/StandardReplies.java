package io.virga.objectstore.swift.wire;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.virga.objectstore.http.Reply;
import java.util.Map;

/** The bodies of replies that say no more than their status. */
public final class StandardReplies {

  private static final String HTML = "text/html; charset=UTF-8";
  private static final String PLAIN = "text/plain; charset=UTF-8";

  private static final Map<Integer, String> TEXTS =
      Map.ofEntries(
          Map.entry(202, "The request is accepted for processing."),
          Map.entry(301, "The resource has moved permanently."),
          Map.entry(
              400,
              "The server could not comply with the request since it is either malformed or"
                  + " otherwise incorrect."),
          Map.entry(
              401,
              "This server could not verify that you are authorized to access the document you"
                  + " requested."),
          Map.entry(403, "Access was denied to this resource."),
          Map.entry(404, "The resource could not be found."),
          Map.entry(405, "The method is not allowed for this resource."),
          Map.entry(406, "The resource is not available in a format acceptable to your browser."),
          Map.entry(
              408, "The server has waited too long for the request to be sent by the client."),
          Map.entry(409, "There was a conflict when trying to complete your request."),
          Map.entry(410, "This resource is no longer available."),
          Map.entry(411, "Content-Length header required."),
          Map.entry(412, "A precondition for this request was not met."),
          Map.entry(413, "The body of your request was too large for this server."),
          Map.entry(416, "The Range requested is not available."),
          Map.entry(422, "Unable to process the contained instructions"),
          Map.entry(
              500,
              "The server has either erred or is incapable of performing the requested"
                  + " operation."),
          Map.entry(501, "The requested method is not implemented by this server."),
          Map.entry(503, "The server is currently unavailable. Please try again at a later time."),
          Map.entry(507, "There was not enough space to save the resource."));

  private StandardReplies() {}

  /** The words of a status. */
  public static String reason(int status) {
    return switch (status) {
      case 404 -> "Not Found";
      case 412 -> "Precondition Failed";
      case 416 -> "Requested Range Not Satisfiable";
      case 422 -> "Unprocessable Entity";
      default -> HttpResponseStatus.valueOf(status).reasonPhrase();
    };
  }

  /** The status as bulk reports show it. */
  public static String line(int status) {
    return status + " " + reason(status);
  }

  /** What Swift says of the status where it writes no page. */
  public static String words(int status) {
    return reason(status) + "\n" + TEXTS.getOrDefault(status, "");
  }

  /** A reply with Swift's page for the status. */
  public static Reply of(int status) {
    String text = TEXTS.getOrDefault(status, "");
    return Reply.text(
        status, HTML, "<html><h1>%s</h1><p>%s</p></html>".formatted(reason(status), text));
  }

  /** The reply to an error. */
  public static Reply of(SwiftError error) {
    Reply reply =
        error
            .words()
            .map(words -> Reply.text(error.status(), PLAIN, words))
            .orElseGet(() -> of(error.status()));
    error.headers().forEach(reply::header);
    return reply;
  }

  /** A reply without a body, that has a type all the same. */
  public static Reply empty(int status) {
    return Reply.of(status).header("Content-Type", HTML);
  }
}
