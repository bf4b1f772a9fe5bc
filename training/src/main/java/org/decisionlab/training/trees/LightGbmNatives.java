// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import io.github.metarank.lightgbm4j.LGBMBooster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.decisionlab.core.file.DurableFiles;

/**
 * LightGBM's native part. lightgbm4j unpacks it under a fixed name into the folder for temporary
 * files, where two programs of one machine, or another user's file of that name, would get into
 * each other's way; here it has a folder of its own that is gone once it is loaded.
 */
final class LightGbmNatives {

  private static final String FOLDER = "java.io.tmpdir";

  private LightGbmNatives() {}

  /**
   * Loads it, if it is not yet.
   *
   * @throws IllegalStateException when it does not load
   */
  static synchronized void load() {
    if (LGBMBooster.isNativeLoaded()) {
      return;
    }
    String shared = System.getProperty(FOLDER);
    try {
      Path own = Files.createTempDirectory("decisionlab-lightgbm-");
      System.setProperty(FOLDER, own.toString());
      try {
        LGBMBooster.loadNative();
      } finally {
        System.setProperty(FOLDER, shared);
        DurableFiles.deleteTree(own);
      }
    } catch (UnsatisfiedLinkError e) {
      throw new IllegalStateException(
          "LightGBM's native part does not load; it needs the system's library libgomp", e);
    } catch (IOException e) {
      throw new UncheckedIOException("LightGBM's native part cannot be unpacked", e);
    }
  }
}
