// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.bundle.ArchiveLimits;
import org.decisionlab.models.bundle.BundleArchive;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.ModelName;

/** Uploads as they become files of a model. */
final class Bundles {

  static final String PARAMS = ModelBundle.PARAMS;
  private static final int GZIP_MAGIC_1 = 0x1f;
  private static final int GZIP_MAGIC_2 = 0x8b;

  private Bundles() {}

  /** The name of a model as a client wrote it. */
  static ModelName nameOf(String text) {
    try {
      return new ModelName(text);
    } catch (IllegalArgumentException e) {
      throw RefusedException.malformed(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Unpacks an archive, whose top folder names the model.
   *
   * @param gzip whether the client says that it is compressed; otherwise that is found out
   * @param into empty directory
   */
  static StagedBundle unpack(Path archive, boolean gzip, Path into) throws IOException {
    if (gzip && !isGzip(archive)) {
      throw RefusedException.malformed("Content-Encoding says gzip, but the body is not gzip");
    }
    try (InputStream in = Files.newInputStream(archive)) {
      Path top = BundleArchive.unpack(in, into, ArchiveLimits.DEFAULT);
      return new StagedBundle(nameOf(String.valueOf(top.getFileName())), top);
    } catch (ModelFormatException e) {
      throw RefusedException.malformed("the bundle is refused: " + e.getMessage());
    }
  }

  private static boolean isGzip(Path archive) throws IOException {
    try (InputStream in = Files.newInputStream(archive)) {
      return in.read() == GZIP_MAGIC_1 && in.read() == GZIP_MAGIC_2;
    }
  }
}
