package io.virga.control.identity.domainconfig;

import static java.util.Map.entry;

import io.virga.control.fault.ApiFault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options that a domain may have of its own, with what holds where it has none: Keystone's
 * configuration reference, "identity" and "ldap".
 */
final class ConfigOptions {

  private static final Optional<Object> UNSET = Optional.empty();

  private static final Map<String, Object> IDENTITY =
      ordered(entry("driver", "sql"), entry("list_limit", UNSET));

  private static final Map<String, Object> LDAP =
      ordered(
          entry("url", "ldap://localhost"),
          entry("user", UNSET),
          entry("suffix", "cn=example,cn=com"),
          entry("query_scope", "one"),
          entry("page_size", 0),
          entry("alias_dereferencing", "default"),
          entry("debug_level", UNSET),
          entry("chase_referrals", UNSET),
          entry("user_tree_dn", UNSET),
          entry("user_filter", UNSET),
          entry("user_objectclass", "inetOrgPerson"),
          entry("user_id_attribute", "cn"),
          entry("user_name_attribute", "sn"),
          entry("user_mail_attribute", "mail"),
          entry("user_description_attribute", "description"),
          entry("user_pass_attribute", "userPassword"),
          entry("user_enabled_attribute", "enabled"),
          entry("user_enabled_invert", false),
          entry("user_enabled_mask", 0),
          entry("user_enabled_default", "True"),
          entry("user_attribute_ignore", List.of("default_project_id")),
          entry("user_default_project_id_attribute", UNSET),
          entry("user_enabled_emulation", false),
          entry("user_enabled_emulation_dn", UNSET),
          entry("user_enabled_emulation_use_group_config", false),
          entry("user_additional_attribute_mapping", List.of()),
          entry("group_tree_dn", UNSET),
          entry("group_filter", UNSET),
          entry("group_objectclass", "groupOfNames"),
          entry("group_id_attribute", "cn"),
          entry("group_name_attribute", "ou"),
          entry("group_members_are_ids", false),
          entry("group_member_attribute", "member"),
          entry("group_desc_attribute", "description"),
          entry("group_attribute_ignore", List.of()),
          entry("group_additional_attribute_mapping", List.of()),
          entry("tls_cacertfile", UNSET),
          entry("tls_cacertdir", UNSET),
          entry("use_tls", false),
          entry("tls_req_cert", "demand"),
          entry("use_pool", true),
          entry("pool_size", 10),
          entry("pool_retry_max", 3),
          entry("pool_retry_delay", 0.1),
          entry("pool_connection_timeout", -1),
          entry("pool_connection_lifetime", 600),
          entry("use_auth_pool", true),
          entry("auth_pool_size", 100),
          entry("auth_pool_connection_lifetime", 60));

  /** By group and option. */
  static final Map<String, Map<String, Object>> DEFAULTS =
      Map.of("identity", IDENTITY, "ldap", LDAP);

  /** Of the group {@code ldap}; taken, and shown to nobody. */
  private static final String PASSWORD = "password";

  private ConfigOptions() {}

  @SafeVarargs
  private static Map<String, Object> ordered(Map.Entry<String, ?>... options) {
    Map<String, Object> ordered = new LinkedHashMap<>();
    for (Map.Entry<String, ?> option : options) {
      ordered.put(option.getKey(), option.getValue());
    }
    return ordered;
  }

  static boolean isSecret(String group, String option) {
    return group.equals("ldap") && option.equals(PASSWORD);
  }

  /**
   * @throws ApiFault forbidden, if there is no such group
   */
  static Map<String, Object> group(String group) {
    return Optional.ofNullable(DEFAULTS.get(group))
        .orElseThrow(
            () ->
                invalid(
                    "Group %s is not supported for domain specific configurations"
                        .formatted(group)));
  }

  /**
   * @throws ApiFault forbidden, if there is no such option
   */
  static void check(String group, String option) {
    if (!group(group).containsKey(option) && !isSecret(group, option)) {
      throw invalid(
          "Option %s in group %s is not supported for domain specific configurations"
              .formatted(option, group));
    }
  }

  /**
   * What holds of an option that there is.
   *
   * @throws ApiFault forbidden, if that is a secret
   */
  static Object defaultOf(String group, String option) {
    return Optional.ofNullable(group(group).get(option))
        .orElseThrow(
            () ->
                invalid(
                    "Reading the default for option %s in group %s is not supported"
                        .formatted(option, group)));
  }

  /** In Keystone's words. */
  static ApiFault invalid(String reason) {
    return ApiFault.forbidden("Invalid domain specific configuration: " + reason + ".");
  }
}
