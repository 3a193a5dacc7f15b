package io.virga.control.operator.provision;

import io.virga.control.operator.client.Account;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.PrivateFiles;
import io.virga.dataplane.json.Json;
import java.util.List;

/**
 * What control makes on its first start, with the secrets that the client files also carry.
 *
 * @param serviceProjectId the project {@code service}: blockstores stream its images
 */
record Bootstrap(String region, String serviceProjectId, List<Account> accounts) {

  Bootstrap {
    accounts = List.copyOf(accounts);
  }

  void write(Home home) {
    PrivateFiles.write(home.secret(Provisioning.BOOTSTRAP), Json.text(this));
  }
}
