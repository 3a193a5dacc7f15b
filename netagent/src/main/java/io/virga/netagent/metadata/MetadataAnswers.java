package io.virga.netagent.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.virga.netagent.metadata.MetadataTree.Answer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path answers what, for one instance; pure functions. */
final class MetadataAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(MetadataAnswers.class);
  private static final List<String> EC2_VERSIONS =
      List.of(
          "1.0",
          "2007-01-19",
          "2007-03-01",
          "2007-08-29",
          "2007-10-10",
          "2007-12-15",
          "2008-02-01",
          "2008-09-01",
          "2009-04-04",
          "latest");
  private static final List<String> OPENSTACK_VERSIONS =
      List.of(
          "2012-08-10",
          "2013-04-04",
          "2013-10-17",
          "2015-10-15",
          "2016-06-30",
          "2016-10-06",
          "2017-02-22",
          "2018-08-27",
          "2020-10-14",
          "latest");

  private MetadataAnswers() {}

  /** The answer to a path with any number of slashes between and around its parts. */
  static Optional<Answer> answer(InstanceView instance, String path) {
    List<String> parts =
        Arrays.stream(path.split("/", -1)).filter(part -> !part.isEmpty()).toList();
    if (parts.isEmpty()) {
      return Optional.of(Answer.text(lines(EC2_VERSIONS) + "\nopenstack"));
    }
    if (parts.getFirst().equals("openstack")) {
      return openStack(instance, parts.subList(1, parts.size()));
    }
    return EC2_VERSIONS.contains(parts.getFirst())
        ? Ec2Documents.tree(instance, userData(instance)).get(rest(parts))
        : Optional.empty();
  }

  private static Optional<Answer> openStack(InstanceView instance, List<String> parts) {
    if (parts.isEmpty()) {
      return Optional.of(Answer.text(lines(OPENSTACK_VERSIONS)));
    }
    return OPENSTACK_VERSIONS.contains(parts.getFirst())
        ? OpenStackDocuments.tree(instance, userData(instance)).get(rest(parts))
        : Optional.empty();
  }

  private static String rest(List<String> parts) {
    return String.join("/", parts.subList(1, parts.size()));
  }

  private static String lines(List<String> names) {
    return names.stream().collect(Collectors.joining("\n"));
  }

  private static Optional<Answer> userData(InstanceView instance) {
    return instance
        .spec()
        .userData()
        .map(
            text -> {
              try {
                return new Answer("application/octet-stream", Base64.getMimeDecoder().decode(text));
              } catch (IllegalArgumentException notBase64) {
                LOG.warn(
                    "user data of {} is not base64 and is given as it is", instance.spec().id());
                return new Answer("application/octet-stream", text.getBytes(UTF_8));
              }
            });
  }
}
