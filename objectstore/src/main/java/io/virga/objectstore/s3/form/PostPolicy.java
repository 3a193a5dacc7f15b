package io.virga.objectstore.s3.form;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.s3.protocol.S3Error;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The policy of a form (AWS, "POST policy").
 *
 * @param minimumBytes of the file
 */
record PostPolicy(
    Instant expiration, List<Condition> conditions, long minimumBytes, long maximumBytes) {

  private static final Set<String> FREE =
      Set.of("file", "policy", "signature", "awsaccesskeyid", "x-amz-signature");

  /**
   * What a field must be.
   *
   * @param prefix whether its value need only begin with the text
   */
  record Condition(String field, boolean prefix, String text) {

    boolean holds(Map<String, String> fields) {
      String value = fields.getOrDefault(field, "");
      return prefix ? value.startsWith(text) : value.equals(text);
    }
  }

  /** Reads a policy as the form has it, in base64. */
  static PostPolicy parse(String base64) {
    try {
      byte[] json = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
      JsonNode root = Json.mapper().readTree(new String(json, StandardCharsets.UTF_8));
      JsonNode conditions = root.path("conditions");
      if (!root.path("expiration").isString() || !conditions.isArray()) {
        throw invalid("it needs expiration and conditions");
      }
      Instant expiration = Instant.parse(root.path("expiration").asString());
      return parse(expiration, conditions);
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  private static PostPolicy parse(Instant expiration, JsonNode nodes) {
    List<Condition> conditions = new ArrayList<>();
    long minimum = 0;
    long maximum = Long.MAX_VALUE;
    for (JsonNode node : nodes) {
      String operator = node.isArray() ? node.path(0).asString("").toLowerCase(Locale.ROOT) : "";
      if (operator.equals("content-length-range")) {
        minimum = bound(node.path(1));
        maximum = bound(node.path(2));
      } else if (node.isArray()) {
        conditions.add(condition(node, operator));
      } else {
        if (!node.isObject() || node.isEmpty()) {
          throw invalid("a condition is an object with one member or an array");
        }
        node.properties()
            .forEach(
                member ->
                    conditions.add(
                        new Condition(
                            member.getKey().toLowerCase(Locale.ROOT),
                            false,
                            text(member.getValue()))));
      }
    }
    return new PostPolicy(expiration, conditions, minimum, maximum);
  }

  private static Condition condition(JsonNode node, String operator) {
    String field = node.path(1).asString("");
    boolean known = operator.equals("eq") || operator.equals("starts-with");
    if (!known || node.size() != 3 || !field.startsWith("$")) {
      throw invalid("a condition is [\"eq\" or \"starts-with\", \"$field\", \"value\"]");
    }
    return new Condition(
        field.substring(1).toLowerCase(Locale.ROOT),
        operator.equals("starts-with"),
        text(node.path(2)));
  }

  private static String text(JsonNode node) {
    if (!node.isValueNode()) {
      throw invalid("the value of a condition is a text");
    }
    return node.asString();
  }

  private static long bound(JsonNode node) {
    if (!node.asString("").matches("[0-9]{1,18}")) {
      throw invalid("content-length-range needs two whole numbers of at least 0");
    }
    return Long.parseLong(node.asString());
  }

  private static S3Error invalid(String why) {
    return new S3Error(S3Error.Code.InvalidPolicyDocument, "Invalid Policy: " + why);
  }

  /** Refuses a form that the policy does not allow. */
  void check(Map<String, String> fields, Instant now) {
    if (!now.isBefore(expiration)) {
      throw denied("Policy expired.");
    }
    Set<String> covered = new HashSet<>(FREE);
    covered.add("bucket");
    for (Condition condition : conditions) {
      if (!condition.holds(fields)) {
        throw denied("Policy Condition failed: " + condition.field());
      }
      covered.add(condition.field());
    }
    for (String field : fields.keySet()) {
      if (!covered.contains(field) && !field.startsWith("x-ignore-")) {
        throw denied("Extra input fields: " + field);
      }
    }
  }

  private static S3Error denied(String why) {
    return new S3Error(S3Error.Code.AccessDenied, "Invalid according to Policy: " + why);
  }
}
