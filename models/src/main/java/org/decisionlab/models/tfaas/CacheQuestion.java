// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cache's question: is this file worth keeping? Null where the asker is silent.
 *
 * @param lfn logical file name
 * @param sizeBytes size of the file
 * @param node name of the asking cache server
 * @param layer layer of caches it belongs to: localhost, site or region
 * @param disk free and total space of the cache
 * @param at instant of the question, for a replay; null for now
 */
public record CacheQuestion(
    String lfn,
    @Nullable Long sizeBytes,
    @Nullable String node,
    @Nullable String layer,
    @Nullable DiskSpace disk,
    @Nullable Instant at) {

  /** Refuses a blank name and a negative size. */
  public CacheQuestion {
    if (lfn.isBlank()) {
      throw new IllegalArgumentException("lfn is blank");
    }
    if (sizeBytes != null && sizeBytes < 0) {
      throw new IllegalArgumentException("sizeBytes is negative: " + sizeBytes);
    }
  }

  /**
   * Space of a cache.
   *
   * @param freeBytes free bytes
   * @param totalBytes all bytes
   */
  public record DiskSpace(long freeBytes, long totalBytes) {}

  /** A question about a file of which only the name is known. */
  public static CacheQuestion of(String lfn) {
    return new CacheQuestion(lfn, null, null, null, null, null);
  }

  /** A question about a file of known size. */
  public static CacheQuestion of(String lfn, long sizeBytes) {
    return new CacheQuestion(lfn, sizeBytes, null, null, null, null);
  }

  /** The same question as it would have been asked at another instant. */
  public CacheQuestion at(Instant instant) {
    return new CacheQuestion(lfn, sizeBytes, node, layer, disk, instant);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("v", 1).put("lfn", lfn);
    if (sizeBytes != null) {
      json.put("size", sizeBytes);
    }
    if (node != null) {
      json.put("node", node);
    }
    if (layer != null) {
      json.put("layer", layer);
    }
    if (disk != null) {
      json.put("disk_free", disk.freeBytes()).put("disk_total", disk.totalBytes());
    }
    if (at != null) {
      json.put("time_ms", at.toEpochMilli());
    }
    return json;
  }
}
