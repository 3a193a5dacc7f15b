/** Makes and updates the files of a home: keys, certificates, secrets, settings, client files. */
@NullMarked
package io.virga.control.operator.provision;

import org.jspecify.annotations.NullMarked;
