package io.virga.control.identity.domainconfig;

import io.virga.control.database.Row;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.dataplane.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a domain has said of one option.
 *
 * @param value as JSON at most {@link #MAX_BYTES} long
 */
record Setting(String group, String option, JsonNode value) {

  static final int MAX_BYTES = 4096;

  static Setting of(Row row) {
    return new Setting(
        row.text("group_name"), row.text("option_name"), Json.mapper().readTree(row.text("value")));
  }

  private static Setting checked(String group, String option, JsonNode value) {
    ConfigOptions.check(group, option);
    if (Json.bytes(value).length > MAX_BYTES) {
      throw ApiFault.badRequest(
          "config.%s.%s: is longer than %d bytes".formatted(group, option, MAX_BYTES));
    }
    return new Setting(group, option, value);
  }

  /** The options of all groups of a body. */
  static List<Setting> all(JsonBody config) {
    if (config.names().isEmpty()) {
      throw ConfigOptions.invalid("No options specified");
    }
    List<Setting> settings = new ArrayList<>();
    for (String group : config.names()) {
      boolean options = config.member(group).filter(node -> node.isObject()).isPresent();
      if (!options || config.object(group).names().isEmpty()) {
        throw ConfigOptions.invalid(
            "The value of group %s specified in the config should be a dictionary of options"
                .formatted(group));
      }
      config
          .object(group)
          .members()
          .forEach((option, value) -> settings.add(checked(group, option, value)));
    }
    return settings;
  }

  /** The options of the one group that the body may speak of. */
  static List<Setting> ofGroup(JsonBody config, String group) {
    ConfigOptions.group(group);
    if (config.names().size() > 1) {
      throw ConfigOptions.invalid(
          ("Trying to update group %s, so that, and only that, group must be specified in the"
                  + " config")
              .formatted(group));
    }
    List<Setting> settings = all(config);
    String other = settings.getFirst().group();
    if (!other.equals(group)) {
      throw ConfigOptions.invalid(
          "request to update group %s, but config provided contains group %s instead"
              .formatted(group, other));
    }
    return settings;
  }

  /** The one option that the body may speak of. */
  static List<Setting> ofOption(JsonBody config, String group, String option) {
    ConfigOptions.check(group, option);
    if (config.names().size() != 1) {
      throw ConfigOptions.invalid(
          ("Trying to update option %s in group %s, so that, and only that, option must be"
                  + " specified  in the config")
              .formatted(option, group));
    }
    String other = config.names().getFirst();
    if (!other.equals(option)) {
      throw ConfigOptions.invalid(
          ("Trying to update option %s in group %s, but config provided contains option %s instead")
              .formatted(option, group, other));
    }
    return config.members().values().stream().map(value -> checked(group, option, value)).toList();
  }

  boolean isOf(Optional<String> someGroup, Optional<String> someOption) {
    return someGroup.filter(name -> !name.equals(group)).isEmpty()
        && someOption.filter(name -> !name.equals(option)).isEmpty();
  }

  boolean isSecret() {
    return ConfigOptions.isSecret(group, option);
  }

  /** By their groups; secrets are left out. */
  static View view(List<Setting> settings) {
    View view = View.empty();
    for (Setting setting : settings) {
      if (!setting.isSecret()) {
        View group =
            view.members().get(setting.group()) instanceof View known ? known : View.empty();
        view.with(setting.group(), group.with(setting.option(), setting.value()));
      }
    }
    return view;
  }

  @Override
  public String toString() {
    return "Setting[" + group + "." + option + "]";
  }
}
