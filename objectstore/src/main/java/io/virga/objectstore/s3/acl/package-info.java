/** Access control lists: canned, in headers and as XML, and what they allow whom. */
@NullMarked
package io.virga.objectstore.s3.acl;

import org.jspecify.annotations.NullMarked;
